/* The portal as sshd's program: login shell and ForceCommand of the two accounts that people come in by. Where the daemon is
 * and which accounts these are is said by door.conf alone; docs/deploy has all that belongs to it.
 *
 *   postern --door [/etc/postern/door.conf]       as ForceCommand names it
 *   postern -c "postern --door CONF"              as sshd starts a ForceCommand: by the login shell
 *   -postern                                      as a login shell without any command
 *
 * Run by an account whose login shell it is, it always is a door, whatever it is called with. */
#ifndef TUI_DOOR_H
#define TUI_DOOR_H
#include <stdbool.h>

bool door_called(int argc, char **argv);
int door_main(int argc, char **argv); /* the exit code */
#endif
