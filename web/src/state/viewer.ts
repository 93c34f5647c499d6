/* The one viewer of attachments of the page that is open: whoever shows a thumbnail opens it there. */
import { ref, shallowRef } from "vue";
import type { Attachment } from "@/api/types";

export const files = shallowRef<Map<number, Attachment>>(new Map());
export const viewing = ref<{ ids: number[]; at: number } | null>(null);
export const viewFiles = (ids: number[], at: number): void => void (viewing.value = { ids, at });
