/* A table for each group of pages; keys are unique over all of them (a test checks). */
import { common } from "./zh/common";
import { device } from "./zh/device";
import { keys } from "./zh/keys";
import { ledger } from "./zh/ledger";
import { measure } from "./zh/measure";
import { plan } from "./zh/plan";

export const zh = { ...common, ...measure, ...device, ...plan, ...ledger, ...keys };
