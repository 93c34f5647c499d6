/* A table for each group of pages; keys are unique over all of them (a test checks). */
import { caseform } from "./zh/caseform";
import { common } from "./zh/common";
import { device } from "./zh/device";
import { deal } from "./zh/deal";
import { draw } from "./zh/draw";
import { field } from "./zh/field";
import { goals } from "./zh/goals";
import { keys } from "./zh/keys";
import { ledger } from "./zh/ledger";
import { ledgers } from "./zh/ledgers";
import { measure } from "./zh/measure";
import { notices } from "./zh/notices";
import { plan } from "./zh/plan";
import { publicPage } from "./zh/public";
import { quality } from "./zh/quality";
import { rank } from "./zh/rank";
import { rules } from "./zh/rules";


export const zh = { ...common, ...measure, ...device, ...plan, ...ledger, ...ledgers, ...keys, ...quality, ...rank, ...rules, ...notices, ...draw, ...deal, ...caseform, ...publicPage, ...field, ...goals };
