/* A table for each group of pages; keys are unique over all of them (a test checks). */
import { common } from "./zh/common";
import { device } from "./zh/device";
import { keys } from "./zh/keys";
import { ledger } from "./zh/ledger";
import { ledgers } from "./zh/ledgers";
import { measure } from "./zh/measure";
import { notices } from "./zh/notices";
import { plan } from "./zh/plan";
import { quality } from "./zh/quality";
import { rank } from "./zh/rank";
import { rules } from "./zh/rules";

export const zh = { ...common, ...measure, ...device, ...plan, ...ledger, ...ledgers, ...keys, ...quality, ...rank, ...rules, ...notices };
