/* Something read from the server: loaded at once, again when what it depends on changes, and again when the live stream says so. What
 * was shown stays while the new is fetched; an error beside old data is said without taking the data away. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { ApiError } from "@/api/client";
import { onLive, type LiveData, type LiveKind } from "@/api/live";

export interface Resource<T> {
  data: ShallowRef<T | null>;
  error: Ref<unknown>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

interface Options {
  live?: LiveKind[];
  /* false: this event does not concern the resource */
  concerns?: (kind: LiveKind, data: LiveData) => boolean;
  watch?: () => unknown;
  /* false: not even when the server is back after a break */
  again?: boolean;
  /* false: nothing to load at present */
  when?: () => boolean;
}

const pauseMs = 1500; // a city's stations report in a burst: one reload for all of them

export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, options: Options = {}): Resource<T> {
  const data = shallowRef<T | null>(null);
  const error = ref<unknown>(null);
  const loading = ref(false);
  let stop: AbortController | null = null;
  let timer = 0;
  let last = 0;

  async function reload(): Promise<void> {
    if (options.when && !options.when()) return;
    stop?.abort();
    const mine = (stop = new AbortController());
    loading.value = true;
    last = Date.now();
    try {
      const got = await load(mine.signal);
      if (mine.signal.aborted) return;
      data.value = got;
      error.value = null;
    } catch (e) {
      if (mine.signal.aborted || (e instanceof ApiError && e.code === "aborted")) return;
      error.value = e;
    } finally {
      if (stop === mine) loading.value = false;
    }
  }

  if (options.live || options.again !== false)
    onLive(options.live ?? [], (kind, d) => {
      if (kind !== "back" && options.concerns && !options.concerns(kind, d)) return;
      if (timer) return;
      timer = window.setTimeout(
        () => {
          timer = 0;
          void reload();
        },
        Math.max(150, last + pauseMs - Date.now()),
      );
    });
  if (options.watch)
    watch(options.watch, () => {
      void reload();
    });
  onScopeDispose(() => {
    stop?.abort();
    clearTimeout(timer);
  });
  void reload();
  return { data, error, loading, reload };
}
