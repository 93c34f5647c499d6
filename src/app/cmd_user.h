/* cmd_user.h - `bihuan user`. */
#pragma once

/* argv[0] is "user". Returns the exit status: 0 done, 1 refused, 2 misuse. */
int cmd_user(int argc, char **argv);
