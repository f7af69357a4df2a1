/* Every limit of the daemon, in one place. Times in milliseconds, sizes in bytes. Each that is of all has shares under it, and
 * tests/table/test_limits.py looks for the test that reaches it. */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

/* the door */
#define LIMIT_FRAME (256 * 1024)          /* a request; an invoice of 1,000 lines */
#define LIMIT_ANSWER (1024 * 1024)        /* an answer */
#define LIMIT_HELLO_MS 10000              /* SP handshake */
#define LIMIT_PARTIAL_MS 10000            /* a frame once begun */
#define LIMIT_IDLE_MS 900000              /* a connection without any request */
#define LIMIT_SEND_MS 10000               /* an answer that the peer does not take */
#define LIMIT_PEER_IN_FLIGHT 16           /* requests of one connection under way; then its reading pauses */
#define LIMIT_BUFFERED (64 * 1024 * 1024) /* of all peers: large requests arriving, answers not taken */
#define LIMIT_CONNECTIONS 4096 /* of all peers; further ones take the place of a stranger's (below) */
#define LIMIT_LEAVING 64 /* displaced whose descriptors are not back yet: of the 128 that are spared, … */
#define LIMIT_SHARE_LEAVING 4 /* … and of one source the n-th part */
#define LIMIT_LOOKS \
    1024 /* at connections of one source, for one that is not being answered: more are not, see LIMIT_SLOW_QUEUE */
#define LIMIT_KERNEL_BUFFER (64 * 1024) /* of a tcp connection, each way; Linux takes it twice */
#define LIMIT_GREETING_QUEUE 256        /* handshakes of TLS that wait for a thread */
#define LIMIT_GREETING_THREADS 2 /* for them; never on all processors, and they yield to those that answer */
#define LIMIT_TOLD_MS \
    60000             /* greetings that came to nothing: one line in the log for a source in so long, … */
#define LIMIT_TOLD 30 /* … and so many for all; what was left out is counted */
#define LIMIT_CERTIFICATE_MS (INT64_C(14) * 24 * 60 * 60 * 1000) /* before its end, the operator is told */

/* who has not shown a session or token on a connection yet: a stranger there. Root and our own uid over ipc are none. */
#define LIMIT_STRANGER_MS 30000      /* a stranger's connection without any request */
#define LIMIT_STRANGER_IN_FLIGHT 1   /* a stranger's requests under way on a connection */
#define LIMIT_PERSON_CONNECTIONS 128 /* of one person or token; on further ones they stay strangers */

/* what one source (server/door/source.h: an IPv4 address, a /64, an ipc uid) may have: the n-th part of what there is for all */
#define LIMIT_SHARE_CONNECTIONS 4 /* of LIMIT_CONNECTIONS; not for ipc, where it is … */
#define LIMIT_SHARE_NETWORK \
    2                     /* of those, known ones of one /48 or /24; on further ones they stay strangers */
#define LIMIT_SHARE_UID 2 /* … of them for one account other than our own and root */
#define LIMIT_SHARE_BUFFERED 4  /* of LIMIT_BUFFERED */
#define LIMIT_SHARE_STRANGERS 2 /* of LIMIT_BUFFERED, all strangers together */
#define LIMIT_SHARE_LOCAL 16    /* of LIMIT_CONNECTIONS: kept for root and our own uid over ipc */

/* work */
#define LIMIT_WRITE_QUEUE 1024   /* writes waiting for the writer; then busy */
#define LIMIT_SHARE_QUEUE 4      /* of any queue: the n-th part for one source, or session over SSH, … */
#define LIMIT_SHARE_QUEUE_WIDE 2 /* … and for what many sources can be of: a network, a business; … */
#define LIMIT_SHARE_KEPT \
    4 /* … and so much is kept for sources that somebody got in from, or for who comes first */
#define LIMIT_TURN_STRANGERS 4 /* among those one in so many is a stranger's, when both wait */
#define LIMIT_WRITE_BATCH 128  /* writes in one commit */
#define LIMIT_SLOW_QUEUE 256   /* passwords waiting to be compared, of strangers and of sessions each */
#define LIMIT_SLOW_THREADS 2 /* at once, of each: bounds their memory; of strangers never on all processors */
/* checks of whole stores and logs, backups: shared by persons and programs, and by businesses; what is kept is the operator's */
#define LIMIT_HEAVY_QUEUE 16
#define LIMIT_HEAVY_THREADS 1
#define LIMIT_BOUND 16384 /* sessions that end with their connection, … */
#define LIMIT_SHARE_BOUND \
    4 /* … and the n-th part of them for one source; of a person there are never more than it has sessions */
#define LIMIT_WAITS 4096      /* parked long polls, … */
#define LIMIT_WAITS_SESSION 8 /* … of one session, … */
#define LIMIT_WAITS_PERSON 32 /* … and of one person or token: further ones are busy, for … */
#define LIMIT_SHARE_WAITS 4   /* … and of one source the n-th part */
#define LIMIT_WAITS_RETRY_MS 5000
#define LIMIT_WAIT_MS 60000 /* longest long poll */
#define LIMIT_BUSY_RETRY_MS 250

/* people */
#define LIMIT_SESSIONS_PER_PERSON 20
#define LIMIT_KEYS_PER_PERSON 20
#define LIMIT_KEYS_WAITING 3                       /* of those, that nobody has proved yet */
#define LIMIT_KEY_PROOF_MS (24 * 60 * 60 * 1000LL) /* how long one waits for that, then it is gone */
#define LIMIT_KEYS_CLAIMED 1000                    /* waiting ones of one fingerprint that are looked at */
#define LIMIT_VERIFY_MS 10000                      /* ssh-keygen, over one signature */
#define LIMIT_VERIFY_MEMORY (256 * 1024 * 1024)    /* its address space */
#define LIMIT_SESSION_IDLE_MS (30 * 60 * 1000)
#define LIMIT_SESSION_LIFE_MS (12 * 60 * 60 * 1000)
#define LIMIT_SESSIONS_CODE 5                  /* of a person, that still wait for the code */
#define LIMIT_SESSION_CODE_MS (10 * 60 * 1000) /* how long they wait */
#define LIMIT_SHOWN_MS \
    (10 * 60 * 1000)               /* after showing password or code: meanwhile credentials may be touched */
#define LIMIT_TRIES_FREE 5         /* failed sign-ins from one source at one account before slowing down */
#define LIMIT_TRIES_PAUSE_MS 60000 /* the pause after those; doubles up to … */
#define LIMIT_TRIES_PAUSE_MAX_MS 900000
#define LIMIT_TRIES_ACCOUNT_FREE 50 /* at one account from all sources; then pauses of … */
#define LIMIT_TRIES_SOURCE_FREE 100 /* from one source at all accounts; then pauses of … */
#define LIMIT_TRIES_MILD_MS 5000    /* … this, doubling */
#define LIMIT_TRIES_TURN_FREE 1     /* from one network, while an account pauses; then as from one source */
#define LIMIT_TRIES_RECALL \
    4096 /* sign-ins of a business that are read again at the start, for who is known; of all … */
#define LIMIT_TRIES_RECALL_ALL 65536
#define LIMIT_TRIES_PLACES 16    /* of one /48 or /24, that are known of an account, or are recalled, … */
#define LIMIT_TRIES_SOURCES 256  /* … and that somebody got in from, into whichever: about so many */
#define LIMIT_TRIES_CODE_FREE 10 /* wrong codes of one second factor from all sources */
#define LIMIT_TRIES_FORGET_MS (30 * 60 * 1000)            /* without a failure; then all is forgiven */
#define LIMIT_TRIES_KNOWN_MS (30LL * 24 * 60 * 60 * 1000) /* how long a source that got in is known */
#define LIMIT_INVITATION_MS (7 * 24 * 3600 * 1000LL)      /* how long its code is good */
#define LIMIT_RECEIPTS_A_DAY 10 /* that people mail once more to one customer, in … */
#define LIMIT_RECEIPTS_MS INT64_C(86400000)
#define LIMIT_RECEIPTS_ALL 300 /* and to all of a business */
#define LIMIT_DOC_CODE_DAYS 60 /* how long the code of a document is, where the business says nothing */
#define LIMIT_DOC_CODES 50     /* of one document; the oldest gives way */
#define LIMIT_RESET_MS (60 * 60 * 1000) /* the same for a forgotten password */
#define LIMIT_RESETS 3                  /* reset mails to one address in … */
#define LIMIT_RESETS_MS (60 * 60 * 1000)
#define LIMIT_INVITE_ALL 100            /* mails written by one access.invite_all */
#define LIMIT_SWEEP 50                  /* records removed by one step of sweeping (server/due) */
#define LIMIT_SWEEP_MS (10 * 60 * 1000) /* how often it looks */
#define LIMIT_RECUR 100                 /* recurring invoices whose day has come, in one transaction */
#define LIMIT_RECUR_DUE 3               /* of one of them, made without asking; more at once wait for staff */
#define LIMIT_RECUR_CATCH_UP 60         /* made by one schedule.run */
#define LIMIT_RECUR_PAUSE_MS 1000       /* after a try that came to nothing; and at the longest … */
#define LIMIT_RECUR_MS (24 * 3600 * 1000)
#define LIMIT_REMIND_MS (10 * 60 * 1000) /* how often it is looked whether another day has begun */
#define LIMIT_REFUSED_EVENTS \
    30                        /* refused sign-ins in the log of a business, a minute; more are only counted */
#define LIMIT_SHARE_REFUSED 3 /* of those the n-th part for one place */
#define LIMIT_REPLY_DAYS 3    /* how long a request id is remembered */

/* what may be written: bytes that reach the store, and so much more for each write that changes something */
#define LIMIT_WRITE_COST 4096
#define LIMIT_WRITES_CONTACT (512 * 1024)        /* of a contact at once: nobody types so much; then … */
#define LIMIT_WRITES_CONTACT_S 2048              /* … this in a second */
#define LIMIT_WRITES_CONTACTS (64 * 1024 * 1024) /* the same of all contacts of a business */
#define LIMIT_WRITES_CONTACTS_S (128 * 1024)
#define LIMIT_WRITES_STAFF \
    (1024LL * 1024 * 1024) /* of a colleague or a token: an import of 100,000 invoices */
#define LIMIT_WRITES_STAFF_S (1024 * 1024)
#define LIMIT_SIGN_INS 300    /* of a person at once: each stays in the log; then one in … */
#define LIMIT_SIGN_IN_MS 2000 /* … this */
#define LIMIT_WRITES_OFFICE (2048LL * 1024 * 1024) /* of all of them of a business */
#define LIMIT_WRITES_OFFICE_S (2048 * 1024)

/* mail */
#define LIMIT_MAIL_HEADER 1300      /* a name or a subject: 300 characters */
#define LIMIT_MAIL_BODY 65536       /* a text, before it is encoded */
#define LIMIT_MAIL_CONNECT_MS 15000 /* name, connection, greeting of TLS */
#define LIMIT_MAIL_REPLY_MS 60000   /* each reply of the server */
#define LIMIT_MAIL_TOTAL_MS 300000  /* one message in all */
#define LIMIT_MAIL_GRACE_MS 1500 /* an answer that is due when the daemon ends; libcurl looks once a second */
#define LIMIT_MAIL_PAUSE_MS 30000 /* after the first try; doubles up to … */
#define LIMIT_MAIL_PAUSE_MOST_MS (60 * 60 * 1000)
#define LIMIT_MAIL_TRIES 6 /* a mail is not given up before so many, however the clock was set */
#define LIMIT_MAIL_GIVE_UP_MS (INT64_C(5) * 24 * 60 * 60 * 1000)
#define LIMIT_MAIL_KEEP_MS \
    (INT64_C(90) * 24 * 60 * 60 * 1000) /* what was sent, or withdrawn; then it is removed */
#define LIMIT_MAIL_SENDERS 4            /* messages on their way at once, … */
#define LIMIT_MAIL_PER_BUSINESS 2 /* … and of one business: a server that hangs holds up nobody else's */

/* work that is due */
#define LIMIT_DUE_THREADS 16 /* tries at once of all works: what may hang (mail, gateways) never has all */
#define LIMIT_DUE_EACH 2     /* of one work and business, at most */
#define LIMIT_DUE_PASSED \
    1024 /* damaged records of one work and business that are passed over; more: they go on slowly */
#define LIMIT_DUE_WRITE_MS 1000         /* a full queue or disk: what came of a try is written down later */
#define LIMIT_DUE_CLOCK_MS 1000         /* how often it is looked whether the clock was set, … */
#define LIMIT_DUE_MOVED_MS 2000         /* … which is this much */
#define LIMIT_BEGUN_MS (30 * 60 * 1000) /* a payment that was begun can be confirmed so long */
#define LIMIT_ASK_SENDERS 3             /* gateways asked at once, … */
#define LIMIT_ASK_PER_BUSINESS 2        /* … and by one business */
#define LIMIT_ASK_PAUSE_MS 2000 /* a pending payment is asked about again after this; doubles up to … */
#define LIMIT_ASK_PAUSE_MOST_MS (10 * 60 * 1000)
#define LIMIT_REFUND_PAUSE_MOST_MS \
    (INT64_C(86400) * 1000)             /* a refund is on its way for days, and may come back */
#define LIMIT_CHARGE 500                /* open invoices of a customer that are looked at to be charged */
#define LIMIT_CHARGE_MS (5 * 60 * 1000) /* … and again so long after one is on its way */
#define LIMIT_EVENTS_SENDERS 2          /* gateways whose events are read at once */
#define LIMIT_EVENTS_PAUSE_MS \
    5000 /* they are read again so long after there was news, or a payment was begun; doubles up to … */
#define LIMIT_EVENTS_PAUSE_MOST_MS \
    (15 * 60 * 1000) /* … which is 96 requests a day of a business where nothing happens */
#define LIMIT_EVENTS_BEHIND_MS \
    (10 * 60 * 1000) /* so far before the last one they are read again: some come late */
#define LIMIT_EVENTS_BACK_MS \
    (INT64_C(29) * 86400 * 1000) /* a list that looks back thirty days has all since then */
#define LIMIT_EVENTS_STEP 200    /* looked at in one try, … */
#define LIMIT_EVENTS_LOOKS 50    /* … and so many of them asked about */
#define LIMIT_EVENTS_ASK 100     /* payments that are asked about in one round when events are missing, … */
#define LIMIT_EVENTS_ROUND_MS 60000 /* … and how long a round is */
#define LIMIT_EVENTS_LIVE_DAYS \
    400                   /* a payment that is older has no news: a debit can be taken back for 13 months */
#define LIMIT_WEBHOOKS 16 /* who sends word at once, … */
#define LIMIT_WEBHOOK_SHARE 12 /* … and of one address: who is one too many has its oldest shown out, … */
#define LIMIT_WEBHOOK_MS 10000 /* … each for so long, … */
#define LIMIT_WEBHOOK_BODY (256 * 1024) /* … and so much */
#define LIMIT_HTTP_CONNECT_MS 5000      /* a gateway over the network: to be reached, … */
#define LIMIT_HTTP_TOTAL_MS 20000       /* … and to have answered */
#define LIMIT_HTTP_BODY \
    (2 * 1024 * 1024) /* the longest answer; a page of a hundred checkouts is half of it */

/* the log */
#define LIMIT_SEAL_MS 60000      /* a log that has grown is signed at least so often, … */
#define LIMIT_SEAL_WRITES 5000   /* … or after so many writes */
#define LIMIT_UNSEALED_MS 300000 /* what is older and not signed is told as a problem */
#define LIMIT_SEALS 64           /* signed heads kept for each step back: see docs/decisions/log-chain.md */
#endif
