/* Something a person asks of the server: its button turns while it runs, and a refusal is one sentence beside it. */
import { ref, type Ref } from "vue";
import { sentence } from "@/api/client";

export interface Attempt {
  busy: Ref<boolean>;
  /* "" while nothing was refused; a form may also say here what it lacks itself */
  fault: Ref<string>;
  attempt: (ask: () => Promise<void>) => Promise<void>;
}

export function useAttempt(): Attempt {
  const busy = ref(false);
  const fault = ref("");
  async function attempt(ask: () => Promise<void>): Promise<void> {
    busy.value = true;
    fault.value = "";
    try {
      await ask();
    } catch (e) {
      fault.value = sentence(e);
    } finally {
      busy.value = false;
    }
  }
  return { busy, fault, attempt };
}
