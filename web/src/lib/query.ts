/* A filter that lives in the address, so that the address can be sent to a colleague and shows the same. */
import { computed, type WritableComputedRef } from "vue";
import type { RouteLocationNormalizedLoaded, Router } from "vue-router";

export function queryField(route: RouteLocationNormalizedLoaded, router: Router, name: string): WritableComputedRef<string> {
  return computed({
    get: () => (typeof route.query[name] === "string" ? (route.query[name] as string) : ""),
    set: (v) => {
      const query = { ...route.query };
      if (v) query[name] = v;
      else delete query[name];
      void router.replace({ query });
    },
  });
}
