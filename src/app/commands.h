/* commands.h - the subcommands of `bihuan`. Each takes its own name as argv[0] and returns the exit code: 0 done, 1 the answer is no,
 * 2 misuse. */
#pragma once

int cmd_serve(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_device(int argc, char **argv);
int cmd_hj212(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int ledger_grid(int argc, char **argv); /* `bihuan ledger grid` */
int ledger_draw(int argc, char **argv); /* `bihuan ledger draw` */
int cmd_check(int argc, char **argv);
int cmd_conform(int argc, char **argv);
int cmd_evaluate(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_bulletin(int argc, char **argv);

/* Where the shipped definitions are: $BIHUAN_DEFINITIONS, else beside the program (the source tree it was built in), else the
 * installed place. */
const char *definitions_dir(void);
/* The same for the browser client ($BIHUAN_WEB) and the demo city ($BIHUAN_DEMO). */
const char *web_dir(void);
const char *demo_dir(void);
