/* The ledgers' definitions, read once for a person and shared by the pages about them; and the filter that lives in the address. */
import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter, type RouteLocationNormalizedLoaded } from "vue-router";
import { get } from "@/api/client";
import type { LedgerDefinition } from "@/api/types";
import { readFilter, withFilter, type CaseFilter, type FilterKey } from "@/lib/filter";
import { useResource, type Resource } from "./resource";
import { me } from "./session";

const keepMs = 300_000; // a definition changes when the program is started anew
let kept: { who: string; at: number; read: Promise<LedgerDefinition[]> } | null = null;
function definitions(): Promise<LedgerDefinition[]> {
  const who = me.value.name ?? "";
  if (kept?.who === who && Date.now() - kept.at < keepMs) return kept.read;
  const mine = { who, at: Date.now(), read: get<{ ledgers: LedgerDefinition[] }>("ledgers").then((r) => r.ledgers) };
  kept = mine;
  mine.read.catch(() => {
    if (kept === mine) kept = null;
  });
  return mine.read;
}
export interface Ledgers {
  res: Resource<LedgerDefinition[]>;
  all: ComputedRef<LedgerDefinition[]>;
  of: (id: string | undefined | null) => LedgerDefinition | null;
}
export function useLedgers(): Ledgers {
  const res = useResource(() => definitions());
  const all = computed(() => res.data.value ?? []);
  return { res, all, of: (id) => all.value.find((l) => l.id === id) ?? null };
}

export interface FilterState {
  filter: ComputedRef<CaseFilter>;
  set: (change: Partial<Record<FilterKey, string | null | undefined>>) => void;
  clear: () => void;
}
/* `stay`: what else the page keeps in its address and another filter leaves alone (a month, not a page of a list). */
export function useCaseFilter(stay: string[] = []): FilterState {
  const route = useRoute();
  const router = useRouter();
  const rest = (r: RouteLocationNormalizedLoaded) => Object.fromEntries(stay.filter((k) => typeof r.query[k] === "string").map((k) => [k, r.query[k]]));
  const filter = computed(() => readFilter(route.query));
  return {
    filter,
    set: (change) => {
      // another ledger has other states, groups and views
      const off: Partial<Record<FilterKey, null>> = "ledger" in change && change.ledger !== filter.value.ledger ? { state: null, group: null, view: null } : {};
      void router.replace({ query: { ...rest(route), ...withFilter(filter.value, { ...off, ...change }) } });
    },
    clear: () => {
      const { ledger, at, order } = filter.value;
      void router.replace({ query: { ...rest(route), ...withFilter({}, { ledger, at, order }) } });
    },
  };
}
