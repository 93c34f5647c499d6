/* check.h - what every unit test includes: cmocka and a check that names its table row. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Fails with the name of the case and the expression. */
#define CHECK_CASE(name, cond)                                                     \
    do {                                                                           \
        if (!(cond))                                                               \
            fail_msg("%s:%d: case \"%s\": %s", __FILE__, __LINE__, (name), #cond); \
    } while (0)
#define CHECK(cond) CHECK_CASE("", cond)
