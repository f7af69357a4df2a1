/* Tokens for programs (H3). */
#ifndef SERVER_OPS_TOKEN_H
#define SERVER_OPS_TOKEN_H

#define MACHINE_PREFIX "ptm_" /* before what a session token looks like: so that a leaked one is recognised */
#endif
