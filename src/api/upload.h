/* upload.h - inside src/api: taking in one attachment, whoever sends it. What it is is decided by its content (codec/filetype.h); pictures
 * are decoded for a thumbnail and a likeness hash, and what the camera noted is kept beside. */
#pragma once

#include "api/http.h"

enum {
    UPLOAD_WAITING_MAX = 200, /* files of one person that belong to no case yet */
    UPLOADS_AT_ONCE = 8,      /* bodies held in memory, at most FILE_BYTES_MAX each */
    PUBLIC_UPLOADS = 6,       /* of one address in PUBLIC_UPLOAD_MS, and */
    PUBLIC_UPLOAD_MS = 3600 * 1000,
    PUBLIC_REPORTS = 10, /* the same for reports */
    PUBLIC_ACTS = 30,    /* and for what is done under a query number */
    PUBLIC_FILE_MAX = 10 * 1024 * 1024,
    PUBLIC_ADDRESSES = 4096, /* so many addresses remembered */
};

/* Keeps bytes and document; answered only when both are on disk. uploader: a user's name, or UPLOADER_PUBLIC. */
#define UPLOADER_PUBLIC "public"
int upload_take(struct api *a, const void *bytes, size_t len, const char *name, const char *uploader,
                int32_t unit, int64_t now, int64_t *ret_id, struct err *e);
/* The same under the request's own key, so that bytes sent again after a lost answer are one file: answered with the id of the first time,
 * also when it belongs to a case by now. key NULL: as above. -EEXIST "once.other": the key stands for other bytes. */
int upload_take_once(struct api *a, const void *bytes, size_t len, const char *name, const char *key,
                     const char *uploader, int32_t unit, int64_t now, int64_t *ret_id, struct err *e);
/* The same for somebody without a login, whose ticket's hash it is: only a report with that ticket can attach it. */
int upload_take_ticket(struct api *a, const void *bytes, size_t len, const char *name, const char *ticket,
                       int64_t now, int64_t *ret_id, struct err *e);
/* Whether somebody without a login may send one more file from this address; counts it. -EACCES "upload.too_many" and how long to wait.
 * For the public's report, which attaches the files in the request that brings them: ids of others' public files are never taken from the
 * client. */
int upload_public_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e);
int public_report_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e);
int public_act_allow(struct api *a, const char *address, int64_t now, int *ret_wait_s, struct err *e);
