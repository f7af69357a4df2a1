/* SSH keys (B12): one's own, added by the line of a .pub file, proved, removed; and those of somebody else, to be looked at and removed. */
#include "proto/paper/show.h"
#include "tui/portal/books.h"
#include "tui/portal/proofs.h"
#include <string.h>

static const struct ssh_key *key(const struct scene *v)
{
    return v->row;
}

/* "ssh-ed25519" → "Ed25519", the name people know. */
static const char *type(const struct scene *v)
{
    static const struct {
        const char *type, *name;
    } known[] = {{"ssh-ed25519", "Ed25519"},
                 {"ssh-rsa", "RSA"},
                 {"ecdsa-sha2-nistp256", "ECDSA 256"},
                 {"ecdsa-sha2-nistp384", "ECDSA 384"},
                 {"ecdsa-sha2-nistp521", "ECDSA 521"},
                 {"sk-ssh-ed25519@openssh.com", "Ed25519 token"},
                 {"sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA token"}};
    const char *is = show_text(key(v)->type);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(is, known[i].type) == 0)
            return known[i].name;
    return is;
}

static const char *used(const struct scene *v)
{
    const struct ssh_key *k = key(v);
    if (k->expires)
        return "waits to be proved";
    return k->used ? scene_text(v, "%s from %s", scene_when(v, k->used), show_machine(k->place)) : "never";
}

static const char *used_spoken(const struct scene *v)
{
    const struct ssh_key *k = key(v);
    return k->expires
               ? scene_text(v, "signs nobody in, waits to be proved until %s", scene_when(v, k->expires))
           : k->used ? scene_text(v, "last used %s", used(v))
                     : "never used";
}

static enum look used_look(const struct scene *v)
{
    return key(v)->expires ? LOOK_WARN : LOOK_PLAIN;
}

static const struct column columns[] = {{.field = "label", .width = 16, .grow = 1, .sorts = true},
                                        {.field = "type", .width = 13, .text = type},
                                        {.field = "created", .title = "Added", .says = "added", .width = 12},
                                        {.field = "used",
                                         .title = "Last used",
                                         .width = 30,
                                         .grow = 1,
                                         .text = used,
                                         .spoken = used_spoken,
                                         .look = used_look},
                                        {.field = "fingerprint", .width = 50, .drop = 1},
                                        {0}};

static void tell_proof(struct page *p, const struct scene *v)
{
    const struct ssh_key *k = key(v);
    page_note(p, LOOK_WARN, "It signs nobody in until you show that you hold it. It waits until %s.",
              scene_when(v, k->expires));
    page_note(p, LOOK_PLAIN, "Run this where the key is, with its file's name, and give what it prints:");
    page_raw(p, k->sign);
    if (!*show_text(k->visit))
        return;
    page_note(p, LOOK_PLAIN, "Or come in by it once:");
    page_raw(p, k->visit);
}

static void tell_before(struct page *p, const struct scene *v)
{
    page_fact(p, type(v), "%s", show_text(key(v)->fingerprint));
    tell_proof(p, v);
}

static void tell(struct page *p, const struct scene *v)
{
    const struct ssh_key *k = key(v);
    page_title(p, "%s", *show_text(k->label) ? k->label : type(v));
    page_fact(p, "Type", "%s", show_text(k->type));
    page_fact(p, "Fingerprint", "%s", show_text(k->fingerprint));
    page_fact(p, "Added", "%s", scene_when(v, k->created));
    if (k->expires) {
        tell_proof(p, v);
        return;
    }
    page_fact(p, "Proved", "%s", scene_when(v, k->proved));
    page_fact(p, "Last used", "%s", used(v));
}

static const char *name_of(const struct scene *v)
{
    return *show_text(key(v)->label) ? key(v)->label : type(v);
}

/* --- adding one */

static const char *private_key(const char *typed)
{
    return strstr(typed, "PRIVATE KEY") ? "That is the private key: it stays with you. The public one is in "
                                          "the file that ends in .pub."
                                        : NULL;
}

static const char *public_line(const char *typed)
{
    static const char *const kinds[] = {"ssh-", "ecdsa-", "sk-"};
    typed += strspn(typed, " \n\t");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(typed, kinds[i], strlen(kinds[i])) == 0)
            return NULL;
    return "One line as in a .pub file, beginning with ssh-ed25519, ecdsa-… or ssh-rsa.";
}

/* A pasted line that the terminal had broken is one line again. */
static const char *joined(struct arena *a, const char *typed)
{
    const char *from = typed + strspn(typed, " \n\t");
    char *out = arena_text(a, from, strlen(from)), *to = out;
    for (const char *p = out; *p; p++)
        if (*p != '\n' && *p != '\t')
            *to++ = *p;
    while (to > out && to[-1] == ' ')
        to--;
    *to = '\0';
    return out;
}

static const struct give gives[] = {{.field = "key",
                                     .help = "Paste the line of your .pub file: ssh-ed25519 AAAA… name",
                                     .as = AS_LINES,
                                     .never = private_key,
                                     .check = public_line,
                                     .tidy = joined,
                                     .width = 60},
                                    {.field = "label",
                                     .empty = "empty for its comment",
                                     .help = "What you call it; left out: the comment at the end of the key",
                                     .width = 36},
                                    PROOF_PASSWORD(proof_by_password),
                                    PROOF_CODE(proof_by_code),
                                    {0}};

/* --- proving it */

static const char *can_prove(const struct scene *v)
{
    return key(v)->expires ? NULL : "It is proved.";
}

/* One that is pasted takes the place of what was there. */
static const char *last_signature(struct arena *a, const char *typed)
{
    static const char begin[] = "-----BEGIN SSH SIGNATURE-----";
    const char *last = typed;
    (void)a;
    for (const char *at = typed; (at = strstr(at, begin)); at++)
        last = at;
    return last;
}

static const char *private_signature(const char *typed)
{
    return strstr(typed, "PRIVATE KEY")
               ? "That is the private key: it stays with you. Paste what the command printed."
               : NULL;
}

static const struct give proof_gives[] = {{.field = "signature",
                                           .help = "All that it printed, from BEGIN to END",
                                           .never = private_signature,
                                           .tidy = last_signature,
                                           .width = 71},
                                          {0}};

/* --- the rest */

static void review(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN, "“%s”, %s, %s. It signs you in no more, and sessions it has opened end.",
              show_text(key(v)->label), type(v), show_text(key(v)->fingerprint));
}

static const char *fingerprint(const struct scene *v)
{
    return show_text(key(v)->fingerprint);
}

static const char *command(const struct scene *v)
{
    return show_text(key(v)->sign);
}

/* Somebody may come in by it meanwhile, in another terminal; of what happens to a person's keys no news goes to customers. */
static int64_t again(const struct scene *v)
{
    const struct ssh_key_list *all = &((const struct key_list_out *)v->out)->keys;
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].expires && *show_text(all->v[i].visit))
            return 3000;
    return 0;
}

/* Of one's own keys and of somebody else's. */
#define REMOVES                                                                                         \
    .key = 'x', .name = "remove", .help = "Remove this key", .op = OPNO_key_remove, .agree = AGREE_YES, \
    .yes = "Remove it", .busy = "Removing the key…",                                                    \
    .done = "The key is removed. Sessions it had opened have ended."
#define FINGERPRINT                                                                            \
    {                                                                                          \
        .key = 'y', .name = "fingerprint", .help = "Copy its fingerprint", .about = ABOUT_ROW, \
        .op = OPNO_key_list, .copies = fingerprint                                             \
    }
static const struct act acts[] = {{.key = '+',
                                   .name = "add",
                                   .help = "Add a key",
                                   .about = ABOUT_ALL,
                                   .op = OPNO_key_add,
                                   .gives = gives,
                                   .yes = "Add it",
                                   .busy = "Adding the key…",
                                   .makes = "key",
                                   .opens = true,
                                   .done = "The key is added: {prove} takes the proof that it is yours."},
                                  {.key = 'p',
                                   .name = "prove",
                                   .help = "Show that you hold it",
                                   .op = OPNO_key_prove,
                                   .possible = can_prove,
                                   .before = tell_before,
                                   .gives = proof_gives,
                                   .yes = "Prove it",
                                   .busy = "Looking at the signature…",
                                   .done = "The key is proved: it signs you in from now on."},
                                  {REMOVES, .question = "Remove this key?", .review = review},
                                  FINGERPRINT,
                                  {.key = 'c',
                                   .name = "command",
                                   .help = "Copy the command that proves it",
                                   .about = ABOUT_ROW,
                                   .op = OPNO_key_prove,
                                   .possible = can_prove,
                                   .copies = command},
                                  {0}};

const struct book book_keys = {.name = "keys",
                               .title = "SSH keys",
                               .noun = "key",
                               .empty = "No keys yet. With one, ssh signs you in without your password.",
                               .op = OPNO_key_list,
                               .rows = "keys",
                               .one = "key",
                               .columns = columns,
                               .tell = tell,
                               .name_of = name_of,
                               .acts = acts,
                               .again = again,
                               .live = SUBJECT_BIT(SUBJECT_KEY)};

/* --- of somebody else */

static const char *may(const struct scene *v)
{
    return v->me->role == ROLE_READER ? "Your account may look at everything, but not change it." : NULL;
}

static void review_theirs(struct page *p, const struct scene *v, const void *in)
{
    (void)in;
    page_note(p, LOOK_PLAIN,
              "“%s”, %s, %s. It signs in no more, and sessions it has opened end. A mail tells whose it was.",
              show_text(key(v)->label), type(v), show_text(key(v)->fingerprint));
}

static const struct act their_acts[] = {
    {REMOVES, .possible = may, .question = "Remove this key of somebody else?", .review = review_theirs},
    FINGERPRINT,
    {0}};

#define BOOK_OF(argument)                                                                        \
    {                                                                                            \
        .name = "keys of somebody", .title = "SSH keys", .noun = "key", .empty = "No SSH keys.", \
        .op = OPNO_key_list, .rows = "keys", .one = "key", .of = (argument), .columns = columns, \
        .tell = tell, .name_of = name_of, .acts = their_acts, .live = SUBJECT_BIT(SUBJECT_KEY)   \
    }
const struct book book_contact_keys = BOOK_OF("contact");
const struct book book_colleague_keys = BOOK_OF("staff");
