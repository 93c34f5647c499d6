/* The service worker is for those who work here; a visitor's line is left alone. A new build is told of, and taken when the person says so, or at once when
 * the page has only just been opened and nothing can be lost. */
import { ref } from "vue";

export const newBuild = ref<ServiceWorker | null>(null);
export const pagesKept = ref(false);
let asked = false;

export function takeNewBuild(): void {
  newBuild.value?.postMessage("take over");
}
export async function register(opened: number): Promise<void> {
  if (asked || !import.meta.env.PROD || !("serviceWorker" in navigator) || !window.isSecureContext) return;
  asked = true;
  const had = Boolean(navigator.serviceWorker.controller);
  try {
    const r = await navigator.serviceWorker.register("./sw.js", { scope: "./" });
    const found = (w: ServiceWorker | null) => {
      if (!w || !had) return;
      newBuild.value = w;
      if (performance.now() - opened < 3000) takeNewBuild();
    };
    found(r.waiting);
    r.addEventListener("updatefound", () => {
      const w = r.installing;
      w?.addEventListener("statechange", () => w.state === "installed" && found(w));
    });
    let once = false;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (had && !once) location.reload();
      once = true;
    });
    await navigator.serviceWorker.ready;
    pagesKept.value = true;
    setInterval(() => void r.update().catch(() => undefined), 3600_000);
  } catch {
    pagesKept.value = false; // no line at this moment, or forbidden: the pages work with a line
  }
}
