/* What the inputs of a form need when the form is filled in without a line: files go into the vault under their hash instead of to the server. */
import type { InjectionKey } from "vue";

export interface FieldKit {
  /* keeps the bytes and gives the mark that stands for them in the form's values; null: kept before, in this record */
  add(bytes: Blob, name: string): Promise<string | null>;
  /* an address to show it by */
  show(mark: string): Promise<string>;
}
export const fieldKit: InjectionKey<FieldKit> = Symbol("fieldKit");
