import { common } from "./en/common";
import { device } from "./en/device";
import { keys } from "./en/keys";
import { ledger } from "./en/ledger";
import { measure } from "./en/measure";
import { plan } from "./en/plan";
import type { zh } from "./zh";

export const en: Record<keyof typeof zh, string> = { ...common, ...measure, ...device, ...plan, ...ledger, ...keys };
