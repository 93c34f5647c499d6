/* The browser client's files and the city's map layers. Paths are already names only (target.h), so nothing outside the folder can be
 * named. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/disk.h"
#include "api/http.h"
#include "base/scoped.h"

static const struct {
    const char *ending, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json; charset=utf-8" },
    { ".geojson", "application/geo+json; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { ".woff", "font/woff" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".map", "application/json" },
};

static const char *type_of(const char *path)
{
    size_t len = strlen(path);
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        size_t n = strlen(types[i].ending);
        if (len > n && strcmp(path + len - n, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

/* Answers with an open file, or with 304 when the client has it. forever: its name changes with its content. */
static int send_file(struct request *rq, const struct disk_file *f, const char *type, bool gzip, bool forever,
                     struct err *e)
{
    char tag[64];
    snprintf(tag, sizeof tag, "\"%llx-%llx%s\"", (unsigned long long)f->size, (unsigned long long)f->mark,
             gzip ? "z" : "");
    const char *have = request_header(rq, "If-None-Match");
    struct MHD_Response *rs;
    if (have && strstr(have, tag)) {
        close(f->fd);
        rq->status = MHD_HTTP_NOT_MODIFIED;
        rs = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        gzip = false;
    } else {
        rs = MHD_create_response_from_fd64(f->size, f->fd);
        if (!rs)
            close(f->fd);
    }
    if (!rs)
        return err_set(e, -ENOMEM, "no memory for a file");
    MHD_add_response_header(rs, "Content-Type", type);
    MHD_add_response_header(rs, "ETag", tag);
    MHD_add_response_header(rs, "Vary", "Accept-Encoding");
    MHD_add_response_header(rs, "Cache-Control",
                            forever ? "public, max-age=31536000, immutable" : "no-cache");
    if (gzip)
        MHD_add_response_header(rs, "Content-Encoding", "gzip");
    rq->response = rs;
    return 0;
}

static int send_path(struct request *rq, const char *path, bool forever, struct err *e)
{
    struct disk_file f;
    if (accepts_gzip(request_header(rq, "Accept-Encoding"))) {
        struct buf packed = BUF_INIT;
        buf_addf(&packed, "%s.gz", path);
        bool there = !packed.failed && disk_open(packed.data, &f);
        buf_release(&packed);
        if (there)
            return send_file(rq, &f, type_of(path), true, forever, e);
    }
    if (!disk_open(path, &f))
        return err_named(e, -ENOENT, "not_found", "no such file");
    return send_file(rq, &f, type_of(path), false, forever, e);
}

int file_answer(struct request *rq, struct err *e)
{
    const struct target *t = &rq->target;
    const char *root = rq->api->web_dir;
    if (!root)
        return err_named(e, -ENOENT, "not_found", "no such address");
    struct buf path = BUF_INIT;
    buf_adds(&path, root);
    for (size_t i = 0; i < t->n_segments; i++)
        buf_addf(&path, "/%s", t->segment[i]);
    /* An address without an ending is a page of the client, which finds its own way from there. */
    bool page = !t->n_segments || t->ends_in_slash || !strchr(t->segment[t->n_segments - 1], '.');
    if (page) {
        buf_clear(&path);
        buf_addf(&path, "%s/index.html", root);
    }
    bool hashed = t->n_segments > 1 && strcmp(t->segment[0], "assets") == 0;
    int r = path.failed ? err_set(e, -ENOMEM, "no memory for a path")
                        : send_path(rq, path.data, hashed && !page, e);
    buf_release(&path);
    return r;
}

int geo_answer(struct request *rq, const char *name, struct err *e)
{
    if (!rq->api->geo_dir)
        return err_named(e, -ENOENT, "not_found", "this city has no map layers");
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s.geojson", rq->api->geo_dir, name);
    int r = path.failed ? err_set(e, -ENOMEM, "no memory for a path") : send_path(rq, path.data, false, e);
    buf_release(&path);
    return r;
}
