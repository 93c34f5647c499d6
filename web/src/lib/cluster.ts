import type { Lamp } from "@/api/types";

const order: Lamp[] = ["grey", "green", "yellow", "red"];
/* The light of several: the worst of them; a closed case is the least. */
export const worst = (lamps: Lamp[]): Lamp => lamps.reduce<Lamp>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "grey");
