/* Light for work, dark for the wall screen. The wall screen is asked for in the address (?wall) so that a kiosk can be set to it. */
import { ref, watchEffect } from "vue";

const key = "bihuan.theme";
export const dark = ref(localStorage.getItem(key) === "dark");
export const wall = ref(/[?&]wall\b/.test(location.search) || /[?&]wall\b/.test(location.hash));

watchEffect(() => {
  document.documentElement.classList.toggle("dark", dark.value || wall.value);
  document.documentElement.classList.toggle("wall", wall.value);
});
export function toggleDark(): void {
  dark.value = !dark.value;
  localStorage.setItem(key, dark.value ? "dark" : "light");
}
/* Colours for canvases, which cannot read CSS variables by themselves. */
export function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
