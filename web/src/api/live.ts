/* One stream of server-sent events for the whole client. Pages say which kinds concern them; the stream reconnects by itself, at
 * first after a second and then ever slower up to ten seconds, and tells everyone to look again once it is back. */
import { onScopeDispose, readonly, ref } from "vue";
import { eventsUrl } from "./client";

export type LiveKind = "observation" | "case" | "finding" | "city" | "clock" | "review" | "forecast" | "notice" | "back";
export type LiveData = { site?: number; id?: number; time?: string; now?: string; unread?: number };
type Handler = (kind: LiveKind, data: LiveData) => void;

const kinds: LiveKind[] = ["observation", "case", "finding", "city", "clock", "review", "forecast", "notice"];
const handlers = new Set<{ kinds: Set<LiveKind>; handler: Handler }>();
const state = ref<"connecting" | "open" | "lost">("connecting");
export const liveState = readonly(state);

let source: EventSource | null = null;
let wait = 1000;
let wasLost = false;

function tell(kind: LiveKind, data: LiveData): void {
  for (const h of handlers) if (h.kinds.has(kind) || kind === "back") h.handler(kind, data);
}

function open(): void {
  source?.close();
  source = new EventSource(eventsUrl);
  source.onopen = () => {
    state.value = "open";
    wait = 1000;
    if (wasLost) tell("back", {});
    wasLost = false;
  };
  source.onerror = () => {
    source?.close();
    source = null;
    wasLost = true;
    state.value = "lost";
    setTimeout(open, wait * (0.8 + Math.random() * 0.4));
    wait = Math.min(wait * 1.6, 10_000);
  };
  for (const kind of kinds)
    source.addEventListener(kind, (e) => {
      try {
        tell(kind, JSON.parse((e as MessageEvent<string>).data || "{}") as LiveData);
      } catch {
        tell(kind, {}); // an event without readable data still says that something of this kind changed
      }
    });
}

export function startLive(): void {
  if (!source) open();
}

export function onLive(wanted: LiveKind[], handler: Handler): void {
  const entry = { kinds: new Set(wanted), handler };
  handlers.add(entry);
  onScopeDispose(() => handlers.delete(entry));
}
