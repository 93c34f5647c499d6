/* Where the phone is: asked while a field page is open, so that a photo need not wait for the receiver. */
import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from "vue";

export interface Place { lon: number; lat: number; accuracy: number; at: number }
export const fromPosition = (p: { coords: { longitude: number; latitude: number; accuracy: number } }): Place => ({
  lon: Math.round(p.coords.longitude * 1e6) / 1e6, lat: Math.round(p.coords.latitude * 1e6) / 1e6, accuracy: Math.round(p.coords.accuracy), at: Date.now(),
});
/* One that is older than two minutes says nothing of where a photo was taken. */
export const fresh = (p: Place | null, now: number) => (p && Math.abs(now - p.at) < 120_000 ? p : null);

export function usePlace(): { place: ShallowRef<Place | null>; fault: ShallowRef<boolean> } {
  const place = shallowRef<Place | null>(null);
  const fault = shallowRef(false);
  let watch = 0;
  onMounted(() => {
    if (!navigator.geolocation) fault.value = true;
    else watch = navigator.geolocation.watchPosition((p) => { place.value = fromPosition(p); fault.value = false; }, () => (fault.value = true), { enableHighAccuracy: true });
  });
  onBeforeUnmount(() => watch && navigator.geolocation.clearWatch(watch));
  return { place, fault };
}
