/* cmd_hj212.c - `bihuan hj212 read` shows a byte stream frame by frame, `bihuan hj212 build` makes frames. */
#include <stdio.h>
#include <string.h>

#include "app/cmd_hj212.h"
#include "app/commands.h"

static const char usage[] =
    "usage: bihuan hj212 read [--strict] [--key HEX|FILE] [FILE]\n"
    "       bihuan hj212 build --cn CN [--edition 2005|2017|2025] [--qn QN] [--st ST] [--pw PW] [--mn MN]\n"
    "                          [--pnum N --pno N] [--answer | --flag N] [--rf] [--crc "
    "hj212|modbus|modbus-swapped]\n"
    "                          [--address NNNN] [--key HEX|FILE [--printed]] [DATA-AREA]\n"
    "       bihuan hj212 build [--key HEX|FILE] [FILE]        FILE holds lines as read prints them\n"
    "FILE is standard input when it is '-' or not given. read: --strict also refuses what the standard does "
    "not allow.\n"
    "--key: the SM4 key of HJ 212-2025, as 32 hexadecimal digits or a file that holds those or 16 bytes.\n";

int hj212_misuse(const char *why)
{
    fprintf(stderr, "bihuan hj212: %s\n%s", why, usage);
    return 2;
}

int hj212_fail(const struct err *e)
{
    fprintf(stderr, "bihuan hj212: %s\n", e->text);
    return 2;
}

int cmd_hj212(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "read") == 0)
        return cmd_hj212_read(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "build") == 0)
        return cmd_hj212_build(argc - 1, argv + 1);
    return hj212_misuse("read or build?");
}
