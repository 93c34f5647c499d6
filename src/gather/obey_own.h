/* obey_own.h - what obey.c and obey_kept.c share. Not for others. */
#pragma once

#include "gather/device_own.h"

enum { DONE = 1, FAILED = 2, NO_DATA = 100 }; /* ExeRtn */

const struct hj212_item *obey_item(const struct hj212_frame *f, const char *name); /* NULL: absent */
bool obey_is_code(const struct hj212_frame *f, const char *cn);
int64_t obey_device_now(const struct device_client *d);
int obey_needs_instrument(struct device_client *d, const struct hj212_frame *f, struct buf *cp);

/* Requests, each with its ExeRtn; what it appends to cp is sent before 9012. */
int obey_set_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_get_values(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_keep_sample(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_get_result_time(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_get_identity(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_get_info(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
int obey_set_parameter(struct device_client *d, const struct hj212_frame *f, struct buf *cp);
