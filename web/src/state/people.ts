/* Accounts by name, asked for once and only where a form or a case names somebody. */
import { ref, watch } from "vue";
import { get } from "@/api/client";
import type { Person } from "@/api/types";
import { me, signedIn } from "./session";

export const people = ref<Person[]>([]);
let asked = false;
export function wantPeople(): void {
  if (asked || !signedIn.value) return;
  asked = true;
  get<{ people: Person[] }>("people").then((r) => (people.value = r.people)).catch(() => (asked = false));
}
watch(() => me.value.name, () => {
  asked = false;
  people.value = [];
});
export const personName = (name: string) => people.value.find((p) => p.name === name)?.display ?? name;
