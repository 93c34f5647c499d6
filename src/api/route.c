#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "api/upload.h"
#include "ledger/import.h"
#include "store/file_store.h"

/* The rights of the whole API stand in this table; a handler is never reached by a lower role. What a case's action asks beyond
 * that is its ledger's definition's business. */
const struct route route_table[] = {
    { METHOD_POST, "/login", ROLE_PUBLIC, session_login, 16 * 1024 },
    { METHOD_POST, "/logout", ROLE_RESPONSIBLE, session_logout, 16 * 1024 },
    { METHOD_GET, "/me", ROLE_PUBLIC, session_me, 0 },
    { METHOD_GET, "/me/field", ROLE_RESPONSIBLE, session_field, 0 },
    { METHOD_GET, "/city", ROLE_PUBLIC, city_get, 0 },
    { METHOD_GET, "/geo/{word}", ROLE_PUBLIC, city_geo, 0 },
    { METHOD_GET, "/overview", ROLE_RESPONSIBLE, overview_get, 0 },
    { METHOD_GET, "/public", ROLE_PUBLIC, overview_public, 0 },
    { METHOD_GET, "/public/ledgers/{word}", ROLE_PUBLIC, public_ledger_get, 0 },
    { METHOD_POST, "/public/files", ROLE_PUBLIC, public_files_add, PUBLIC_FILE_MAX },
    { METHOD_POST, "/public/reports", ROLE_PUBLIC, public_reports_add, 64 * 1024 },
    { METHOD_GET, "/public/reports/{name}", ROLE_PUBLIC, public_reports_get, 0 },
    { METHOD_POST, "/public/reports/{name}/actions", ROLE_PUBLIC, public_reports_act, 16 * 1024 },
    { METHOD_GET, "/people", ROLE_RESPONSIBLE, people_list, 0 },
    { METHOD_GET, "/sites", ROLE_PUBLIC, sites_list, 0 },
    { METHOD_GET, "/sites/{id}", ROLE_PUBLIC, sites_get, 0 },
    { METHOD_GET, "/sites/{id}/series", ROLE_PUBLIC, sites_series, 0 },
    { METHOD_GET, "/sites/{id}/aqi", ROLE_PUBLIC, sites_aqi, 0 },
    { METHOD_GET, "/sites/{id}/year", ROLE_PUBLIC, sites_year, 0 },
    { METHOD_GET, "/air/ranking", ROLE_PUBLIC, rank_air, 0 },
    { METHOD_GET, "/air/ranking/receipt", ROLE_PUBLIC, rank_air_receipt, 0 },
    { METHOD_GET, "/air/compensation", ROLE_RESPONSIBLE, rank_compensation, 0 },
    { METHOD_GET, "/air/compensation/receipt", ROLE_RESPONSIBLE, rank_compensation_receipt, 0 },
    { METHOD_GET, "/bulletins", ROLE_RESPONSIBLE, bulletins_list, 0 },
    { METHOD_GET, "/bulletins/{word}", ROLE_RESPONSIBLE, bulletins_get, 0 },
    { METHOD_POST, "/samples", ROLE_REVIEWER, samples_add, 2 * 1024 * 1024 },
    { METHOD_GET, "/sites/{id}/receipt", ROLE_PUBLIC, sites_receipt, 0 },
    { METHOD_GET, "/sites/{id}/published", ROLE_RESPONSIBLE, sites_published, 0 },
    { METHOD_GET, "/sites/{id}/marks", ROLE_RESPONSIBLE, sites_marks, 0 },
    { METHOD_GET, "/sites/{id}/load", ROLE_RESPONSIBLE, sites_load, 0 },
    { METHOD_GET, "/quality", ROLE_RESPONSIBLE, quality_get, 0 },
    { METHOD_GET, "/reviews", ROLE_RESPONSIBLE, reviews_list, 0 },
    { METHOD_POST, "/reviews", ROLE_RESPONSIBLE, reviews_add, 64 * 1024 },
    { METHOD_POST, "/reviews/preview", ROLE_RESPONSIBLE, reviews_preview, 64 * 1024 },
    { METHOD_POST, "/reviews/{id}/withdraw", ROLE_RESPONSIBLE, reviews_withdraw, 64 * 1024 },
    { METHOD_GET, "/plans", ROLE_RESPONSIBLE, plans_list, 0 },
    { METHOD_POST, "/plans", ROLE_DUTY, plans_add, BODY_PLAN_MAX },
    { METHOD_GET, "/plans/{id}", ROLE_RESPONSIBLE, plans_get, 0 },
    { METHOD_POST, "/plans/{id}/items", ROLE_DUTY, plans_item_add, 64 * 1024 },
    { METHOD_GET, "/plans/{id}/table", ROLE_RESPONSIBLE, plans_table, 0 },
    { METHOD_GET, "/plans/{id}/letter", ROLE_RESPONSIBLE, plans_letter, 0 },
    { METHOD_POST, "/plans/{id}/cases", ROLE_DUTY, plans_open_cases, 1024 * 1024 },
    { METHOD_GET, "/plans/{id}/compare", ROLE_RESPONSIBLE, plans_compare, 0 },
    { METHOD_GET, "/targets", ROLE_RESPONSIBLE, targets_list, 0 },
    { METHOD_POST, "/targets/{id}", ROLE_DUTY, targets_act, 0 },
    { METHOD_GET, "/targets/{id}/receipt", ROLE_RESPONSIBLE, targets_receipt, 0 },
    { METHOD_POST, "/targets/{id}/parts", ROLE_DUTY, targets_divide, 64 * 1024 },
    { METHOD_POST, "/targets/{id}/case", ROLE_DUTY, targets_open_case, 0 },
    { METHOD_POST, "/targets/{id}/pace", ROLE_DUTY, targets_set_pace, 64 * 1024 },
    { METHOD_POST, "/targets/{id}/reason", ROLE_DUTY, targets_set_reason, 64 * 1024 },
    { METHOD_POST, "/targets/{id}/supervision", ROLE_DUTY, targets_supervise, 64 * 1024 },
    { METHOD_GET, "/situation", ROLE_RESPONSIBLE, situation_get, 0 },
    { METHOD_GET, "/situation/table", ROLE_RESPONSIBLE, situation_paper_get, 0 },
    { METHOD_GET, "/findings", ROLE_RESPONSIBLE, findings_list, 0 },
    { METHOD_POST, "/findings/{id}/case", ROLE_DUTY, findings_open_case, 0 },
    { METHOD_POST, "/findings/{id}/dismiss", ROLE_DUTY, findings_dismiss, 0 },
    { METHOD_GET, "/ledgers", ROLE_PUBLIC, ledgers_list, 0 },
    { METHOD_GET, "/ledgers/{word}/statistics", ROLE_RESPONSIBLE, ledgers_statistics, 0 },
    { METHOD_GET, "/ledgers/{word}/flow", ROLE_RESPONSIBLE, ledgers_flow, 0 },
    { METHOD_GET, "/ledgers/{word}/score", ROLE_RESPONSIBLE, ledgers_score, 0 },
    { METHOD_GET, "/ledgers/{word}/tables", ROLE_PUBLIC, ledgers_tables, 0 },
    { METHOD_GET, "/leader", ROLE_RESPONSIBLE, leader_get, 0 },
    { METHOD_GET, "/ledgers/grid/coverage", ROLE_RESPONSIBLE, grid_coverage_get, 0 },
    { METHOD_POST, "/ledgers/drinking/overlay", ROLE_DUTY, overlay_add, 8 * 1024 * 1024 },
    { METHOD_GET, "/ledgers/{word}/draw", ROLE_RESPONSIBLE, draws_get, 0 },
    { METHOD_POST, "/ledgers/{word}/draw", ROLE_DUTY, draws_add, 1024 * 1024 },
    { METHOD_GET, "/ledgers/{word}/deal", ROLE_RESPONSIBLE, deals_get, 0 },
    { METHOD_POST, "/ledgers/{word}/deal", ROLE_DUTY, deals_add, 64 * 1024 },
    { METHOD_GET, "/workdays", ROLE_RESPONSIBLE, workdays_get, 0 },
    { METHOD_GET, "/cases", ROLE_PUBLIC, cases_list, 0 },
    { METHOD_POST, "/cases", ROLE_RESPONSIBLE, cases_add, 0 },
    { METHOD_POST, "/cases/bulk", ROLE_RESPONSIBLE, cases_bulk, 256 * 1024 },
    { METHOD_GET, "/cases/table", ROLE_RESPONSIBLE, paper_table_get, 0 },
    { METHOD_GET, "/cases/{id}", ROLE_PUBLIC, cases_get, 0 },
    { METHOD_GET, "/cases/{id}/tree", ROLE_PUBLIC, cases_tree, 0 },
    { METHOD_GET, "/cases/{id}/form/{word}", ROLE_RESPONSIBLE, paper_form_get, 0 },
    { METHOD_GET, "/cases/{id}/rows/{word}", ROLE_RESPONSIBLE, cases_rows, 0 },
    { METHOD_GET, "/cases/{id}/amounts", ROLE_RESPONSIBLE, cases_amounts, 0 },
    { METHOD_POST, "/ledgers/{word}/imports", ROLE_DUTY, imports_add, IMPORT_BYTES_MAX },
    { METHOD_GET, "/imports/{id}", ROLE_DUTY, imports_get, 0 },
    { METHOD_POST, "/imports/{id}/accept", ROLE_DUTY, imports_accept, 4 * 1024 },
    { METHOD_POST, "/cases/repeats", ROLE_RESPONSIBLE, draft_repeats, 256 * 1024 },
    { METHOD_POST, "/cases/{id}/actions", ROLE_RESPONSIBLE, cases_act, 0 },
    { METHOD_POST, "/cases/{id}/secrets", ROLE_RESPONSIBLE, cases_secrets, 4 * 1024 },
    { METHOD_POST, "/cases/{id}/merge", ROLE_DUTY, cases_merge, 4 * 1024 },
    { METHOD_POST, "/cases/{id}/unmerge", ROLE_DUTY, cases_unmerge, 4 * 1024 },
    { METHOD_POST, "/cases/{id}/move", ROLE_DUTY, cases_move, 4 * 1024 },
    { METHOD_GET, "/cases/{id}/clocks", ROLE_RESPONSIBLE, cases_clocks, 0 },
    { METHOD_GET, "/cases/{id}/repeats", ROLE_RESPONSIBLE, cases_repeats, 0 },
    { METHOD_GET, "/files", ROLE_PUBLIC, files_list, 0 },
    { METHOD_POST, "/files", ROLE_RESPONSIBLE, files_add, FILE_BYTES_MAX },
    { METHOD_GET, "/files/{id}", ROLE_PUBLIC, files_get, 0 },
    { METHOD_GET, "/files/{id}/thumb", ROLE_PUBLIC, files_thumb, 0 },
    { METHOD_GET, "/suspicions", ROLE_SUPERVISOR, suspicions_list, 0 },
    { METHOD_POST, "/suspicions/{id}", ROLE_SUPERVISOR, suspicions_decide, 64 * 1024 },
    { METHOD_GET, "/devices", ROLE_RESPONSIBLE, devices_list, 0 },
    { METHOD_GET, "/devices/{id}", ROLE_RESPONSIBLE, devices_get, 0 },
    { METHOD_POST, "/devices/{id}/encryption", ROLE_ADMIN, devices_encryption, 4 * 1024 },
    { METHOD_POST, "/joins/{id}/accept", ROLE_ADMIN, joins_accept, 4 * 1024 },
    { METHOD_POST, "/devices/ignored", ROLE_DUTY, devices_ignore, 4 * 1024 },
    { METHOD_POST, "/devices/{id}/registration", ROLE_DUTY, devices_register, 16 * 1024 },
    { METHOD_POST, "/devices/{id}/removal", ROLE_DUTY, devices_remove, 4 * 1024 },
    { METHOD_GET, "/device-commands", ROLE_RESPONSIBLE, device_commands_list, 0 },
    { METHOD_POST, "/devices/{id}/commands", ROLE_DUTY, devices_command, 16 * 1024 },
    { METHOD_GET, "/forward", ROLE_DUTY, forward_get, 0 },
    { METHOD_GET, "/notices", ROLE_RESPONSIBLE, notices_list, 0 },
    { METHOD_POST, "/notices/{id}/read", ROLE_RESPONSIBLE, notices_read, 4 * 1024 },
    { METHOD_POST, "/notices/read", ROLE_RESPONSIBLE, notices_read_all, 4 * 1024 },
    { METHOD_GET, "/me/notices", ROLE_RESPONSIBLE, notices_preferences, 0 },
    { METHOD_POST, "/me/notices", ROLE_RESPONSIBLE, notices_set_preferences, 16 * 1024 },
    { METHOD_GET, "/outbox", ROLE_ADMIN, outbox_list, 0 },
    { METHOD_POST, "/outbox/{id}/retry", ROLE_ADMIN, outbox_retry, 4 * 1024 },
    { METHOD_GET, "/rules", ROLE_PUBLIC, rules_list, 0 },
    { METHOD_GET, "/about", ROLE_PUBLIC, about_get, 0 },
    { METHOD_GET, "/health", ROLE_PUBLIC, health_get, 0 },
    { METHOD_GET, "/events", ROLE_PUBLIC, events_get, 0 },
    { METHOD_POST, "/test/clock", ROLE_PUBLIC, clock_post, 16 * 1024 },
    { METHOD_GET, "/openapi.yaml", ROLE_PUBLIC, openapi_get, 0 },
};
const size_t route_count = sizeof route_table / sizeof *route_table;

bool route_is_raw(const struct route *r)
{
    static const handler_fn raw[] = { public_files_add, files_add, imports_add };
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        if (r->handle == raw[i])
            return true;
    return false;
}

static const struct route metrics_route = { METHOD_GET, "/metrics", ROLE_PUBLIC, metrics_get, 0 };

static bool take_id(const char *s, int64_t *ret)
{
    size_t len = strlen(s);
    if (!len || len > 18 || strspn(s, "0123456789") != len)
        return false;
    *ret = strtoll(s, NULL, 10);
    return true;
}

static bool take_word(const char *s)
{
    return *s && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

static bool take_name(const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return *s && strlen(s) <= 100 && strspn(s, plain) == strlen(s);
}

/* Whether segments [from..) are the pattern; {id} and {word} are put into rq. */
static bool match(struct request *rq, size_t from, const char *pattern)
{
    const struct target *t = &rq->target;
    size_t i = from;
    for (const char *p = pattern; *p == '/'; i++) {
        size_t len = strcspn(++p, "/");
        if (i == t->n_segments)
            return false;
        const char *s = t->segment[i];
        if (strncmp(p, "{id}", len) == 0 && len == 4) {
            if (!take_id(s, &rq->id))
                return false;
        } else if (strncmp(p, "{word}", len) == 0 && len == 6) {
            if (!take_word(s))
                return false;
            rq->word = s;
        } else if (strncmp(p, "{name}", len) == 0 && len == 6) {
            if (!take_name(s))
                return false;
            rq->word = s;
        } else if (strlen(s) != len || memcmp(s, p, len) != 0) {
            return false;
        }
        p += len;
    }
    return i == t->n_segments && !t->ends_in_slash;
}

static int no_such_method(struct request *rq, const char *allow, struct err *e)
{
    rq->allow = allow;
    return err_named(e, -EOPNOTSUPP, "method", "this address takes %s", allow);
}

int route_find(struct request *rq, struct err *e)
{
    if (strcmp(rq->target.segment[0], "metrics") == 0) {
        rq->route = &metrics_route;
        return rq->method == METHOD_GET ? 0 : no_such_method(rq, "GET, HEAD", e);
    }
    bool get = false, post = false;
    bool api = rq->target.n_segments > 2 && strcmp(rq->target.segment[1], "v1") == 0;
    for (size_t i = 0; api && i < route_count; i++) {
        if (!match(rq, 2, route_table[i].path))
            continue;
        if (route_table[i].method == rq->method) {
            rq->route = &route_table[i];
            return 0;
        }
        *(route_table[i].method == METHOD_GET ? &get : &post) = true;
    }
    if (!get && !post)
        return err_named(e, -ENOENT, "not_found", "no such address");
    return no_such_method(rq, get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST", e);
}
