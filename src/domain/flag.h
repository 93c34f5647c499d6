/* flag.h - the instrument's own word on a value. HJ 212-2017 6.6.4, table 8 lets the table grow, so an unknown mark is data to
 * keep: it is treated as not valid and shown as it came. 2005 sources also send P (power failure). */
#pragma once

#include <stdbool.h>

#define DATA_FLAGS(X)                                      \
    X('N', NORMAL, "正常", "normal")                       \
    X('F', STOPPED, "停运", "out of service")              \
    X('M', MAINTENANCE, "维护", "maintenance")             \
    X('S', MANUAL, "手工输入", "entered by hand")          \
    X('D', FAULT, "故障", "instrument fault")              \
    X('C', CALIBRATION, "校准", "calibration")             \
    X('T', OVER_RANGE, "超上限", "above range")            \
    X('B', LINK_DOWN, "通信异常", "no link to instrument") \
    X('P', POWER, "停电", "power failure")

/* True when a value so marked may be judged: N only. S (by hand) is kept and shown but not judged by itself. */
static inline bool flag_valid(char mark)
{
    return mark == 'N';
}

const char *flag_text(char mark, bool english); /* a word for any mark */
