/* cell_own.h - how each kind of value is written (cell_write.c), for the table of kinds in cell.c. */
#pragma once

#include "ledger/cell.h"

typedef void cell_writer(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out);
cell_writer cell_write_words;
cell_writer cell_write_unit;
cell_writer cell_write_site;
cell_writer cell_write_user;
cell_writer cell_write_number;
cell_writer cell_write_goal;
cell_writer cell_write_list;
cell_writer cell_write_flag;
cell_writer cell_write_point;
cell_writer cell_write_evidence;
cell_writer cell_write_rows;
cell_writer cell_write_count;
