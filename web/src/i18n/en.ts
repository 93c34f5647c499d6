import { common } from "./en/common";
import { device } from "./en/device";
import { ledger } from "./en/ledger";
import { measure } from "./en/measure";
import { plan } from "./en/plan";
import { quality } from "./en/quality";
import type { zh } from "./zh";

export const en: Record<keyof typeof zh, string> = { ...common, ...measure, ...device, ...plan, ...ledger, ...quality };
