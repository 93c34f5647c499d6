import { common } from "./en/common";
import { device } from "./en/device";
import { keys } from "./en/keys";
import { ledger } from "./en/ledger";
import { ledgers } from "./en/ledgers";
import { measure } from "./en/measure";
import { notices } from "./en/notices";
import { plan } from "./en/plan";
import { quality } from "./en/quality";
import { rank } from "./en/rank";
import { rules } from "./en/rules";
import type { zh } from "./zh";

export const en: Record<keyof typeof zh, string> = { ...common, ...measure, ...device, ...plan, ...ledger, ...ledgers, ...keys, ...quality, ...rank, ...rules, ...notices };
