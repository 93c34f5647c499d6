export interface Column<T> {
  id: string;
  label: () => string;
  /* what is sorted and exported */
  value: (row: T) => string | number | boolean | null | undefined;
  /* what is shown and exported instead, where it differs */
  text?: (row: T) => string;
  /* said small under the heading */
  unit?: string;
  align?: "right";
  width?: string;
  /* the heading keeps its column at least so wide */
  least?: string;
  fixed?: boolean;
  hidden?: boolean;
  sortable?: boolean;
  clip?: boolean;
  /* on a phone: the card's heading, or a line of its own */
  card?: "title" | "wide";
}
