/* handlers.h - the functions of the route table (route.c), one file a resource. Each is reached only by the role its route asks for and
 * with a body within its bound; it writes JSON into rq->out and returns 0, or a negative errno with the reason in e. */
#pragma once

#include "api/http.h"

/* res_amounts.c */
int cases_amounts(struct request *rq, struct err *e);

/* res_case_time.c */
int cases_secrets(struct request *rq, struct err *e);
int cases_merge(struct request *rq, struct err *e);
int cases_unmerge(struct request *rq, struct err *e);
int cases_move(struct request *rq, struct err *e);
int cases_clocks(struct request *rq, struct err *e);
int cases_repeats(struct request *rq, struct err *e);
int draft_repeats(struct request *rq, struct err *e);

/* res_cases.c */
int ledgers_list(struct request *rq, struct err *e);
int cases_list(struct request *rq, struct err *e);
int cases_bulk(struct request *rq, struct err *e);
int cases_add(struct request *rq, struct err *e);
int cases_get(struct request *rq, struct err *e);
int cases_tree(struct request *rq, struct err *e);
int cases_rows(struct request *rq, struct err *e);
int cases_act(struct request *rq, struct err *e);

/* res_city.c */
int city_get(struct request *rq, struct err *e);
int city_geo(struct request *rq, struct err *e);

/* res_districts.c */
int plans_letter(struct request *rq, struct err *e);

/* res_draw.c */
int overlay_add(struct request *rq, struct err *e);
int deals_add(struct request *rq, struct err *e);
int deals_get(struct request *rq, struct err *e);
int grid_coverage_get(struct request *rq, struct err *e);
int draws_add(struct request *rq, struct err *e);
int draws_get(struct request *rq, struct err *e);

/* res_files.c */
int files_add(struct request *rq, struct err *e);
int files_list(struct request *rq, struct err *e);
int files_get(struct request *rq, struct err *e);
int files_thumb(struct request *rq, struct err *e);
int suspicions_list(struct request *rq, struct err *e);
int suspicions_decide(struct request *rq, struct err *e);

/* res_findings.c */
int findings_list(struct request *rq, struct err *e);
int findings_open_case(struct request *rq, struct err *e);
int findings_dismiss(struct request *rq, struct err *e);

/* res_imports.c */
int imports_add(struct request *rq, struct err *e);
int imports_get(struct request *rq, struct err *e);
int imports_accept(struct request *rq, struct err *e);

/* res_ledger_stats.c */
int ledgers_statistics(struct request *rq, struct err *e);
int ledgers_flow(struct request *rq, struct err *e);
int ledgers_score(struct request *rq, struct err *e);
int ledgers_tables(struct request *rq, struct err *e);
int leader_get(struct request *rq, struct err *e);
int workdays_get(struct request *rq, struct err *e);

/* res_load.c */
int sites_load(struct request *rq, struct err *e);

/* res_notices.c */
int notices_list(struct request *rq, struct err *e);
int notices_read(struct request *rq, struct err *e);
int notices_read_all(struct request *rq, struct err *e);
int notices_preferences(struct request *rq, struct err *e);
int notices_set_preferences(struct request *rq, struct err *e);
int outbox_list(struct request *rq, struct err *e);
int outbox_retry(struct request *rq, struct err *e);

/* res_overview.c */
int overview_get(struct request *rq, struct err *e);
int overview_public(struct request *rq, struct err *e);

/* res_paper.c */
int paper_table_get(struct request *rq, struct err *e);
int paper_form_get(struct request *rq, struct err *e);

/* res_plan_cases.c */
int plans_open_cases(struct request *rq, struct err *e);

/* res_plan_work.c */
int plans_item_add(struct request *rq, struct err *e);
int plans_table(struct request *rq, struct err *e);
int plans_compare(struct request *rq, struct err *e);

/* res_plans.c */
int plans_list(struct request *rq, struct err *e);
int plans_add(struct request *rq, struct err *e);
int plans_get(struct request *rq, struct err *e);

/* res_public.c */
int public_files_add(struct request *rq, struct err *e);
int public_reports_add(struct request *rq, struct err *e);
int public_reports_get(struct request *rq, struct err *e);
int public_reports_act(struct request *rq, struct err *e);
int public_ledger_get(struct request *rq, struct err *e);

/* res_quality.c */
int sites_marks(struct request *rq, struct err *e);
int quality_get(struct request *rq, struct err *e);

/* res_bulletins.c */
int bulletins_list(struct request *rq, struct err *e);
int bulletins_get(struct request *rq, struct err *e);
int samples_add(struct request *rq, struct err *e);

/* res_rank.c */
int rank_air(struct request *rq, struct err *e);
int rank_compensation(struct request *rq, struct err *e);
int rank_air_receipt(struct request *rq, struct err *e);
int rank_compensation_receipt(struct request *rq, struct err *e);

/* res_reviews.c */
int reviews_list(struct request *rq, struct err *e);
int reviews_add(struct request *rq, struct err *e);
int reviews_preview(struct request *rq, struct err *e);
int sites_published(struct request *rq, struct err *e);
int reviews_withdraw(struct request *rq, struct err *e);

/* res_rules.c */
int rules_list(struct request *rq, struct err *e);
int sites_receipt(struct request *rq, struct err *e);
int targets_receipt(struct request *rq, struct err *e);

/* res_session.c */
int session_field(struct request *rq, struct err *e);
int session_login(struct request *rq, struct err *e);
int session_logout(struct request *rq, struct err *e);
int session_me(struct request *rq, struct err *e);
int people_list(struct request *rq, struct err *e);

/* res_sites.c */
int sites_list(struct request *rq, struct err *e);
int sites_get(struct request *rq, struct err *e);
int sites_series(struct request *rq, struct err *e);
int sites_aqi(struct request *rq, struct err *e);
int sites_year(struct request *rq, struct err *e);

/* res_system.c */
int devices_list(struct request *rq, struct err *e);
int forward_get(struct request *rq, struct err *e);
int devices_get(struct request *rq, struct err *e);
int devices_command(struct request *rq, struct err *e);
int devices_encryption(struct request *rq, struct err *e);
int joins_accept(struct request *rq, struct err *e);
int devices_register(struct request *rq, struct err *e);
int devices_remove(struct request *rq, struct err *e);
int devices_ignore(struct request *rq, struct err *e);
int device_commands_list(struct request *rq, struct err *e);
int about_get(struct request *rq, struct err *e);
int health_get(struct request *rq, struct err *e);
int metrics_get(struct request *rq, struct err *e);
int events_get(struct request *rq, struct err *e);
int clock_post(struct request *rq, struct err *e);
int openapi_get(struct request *rq, struct err *e);

/* res_pace.c */
int targets_set_pace(struct request *rq, struct err *e);
int targets_set_reason(struct request *rq, struct err *e);
int targets_supervise(struct request *rq, struct err *e);

/* res_situation.c */
int situation_get(struct request *rq, struct err *e);
int situation_paper_get(struct request *rq, struct err *e);

/* res_target_work.c */
int targets_divide(struct request *rq, struct err *e);
int targets_open_case(struct request *rq, struct err *e);

/* res_targets.c */
int targets_list(struct request *rq, struct err *e);
int targets_act(struct request *rq, struct err *e);
