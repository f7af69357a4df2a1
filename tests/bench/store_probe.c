/* The limits of the store: LMDB itself, without anything of ours.
 *
 *   store_probe get FOLDER SECONDS                         random gets of stored documents of business 1, a read transaction
 *                                                          renewed for each
 *   store_probe commit FOLDER SECONDS KEYS VALUE WRITES    durable commits, each of WRITES times KEYS random puts, the first of
 *                                                          them with a value of VALUE bytes; FOLDER is made when absent
 *
 * Prints {"ops_per_s":…}: gets, or writes (not commits). */
#include "data/engine/kv.h"
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define KEY 44 /* as ours are long */
#define LEAST_KEYS 200000

static MDB_env *env;
static MDB_dbi dbi;
static uint64_t seed = 88172645463325252u;

static void must(int rc, const char *what)
{
    if (rc) {
        fprintf(stderr, "store_probe: %s: %s\n", what, mdb_strerror(rc));
        exit(1);
    }
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t chance(void) /* xorshift64 */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static void start(const char *folder, unsigned flags)
{
    MDB_txn *txn;
    must(mdb_env_create(&env), "create");
    must(mdb_env_set_mapsize(env, (size_t)64 << 30), "mapsize");
    must(mdb_env_open(env, folder, flags, 0600), folder);
    must(mdb_txn_begin(env, NULL, flags & MDB_RDONLY, &txn), "begin");
    must(mdb_dbi_open(txn, NULL, 0, &dbi), "dbi");
    must(mdb_txn_commit(txn), "commit");
}

static void big_endian(uint8_t *to, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, v >>= 8)
        to[i] = (uint8_t)v;
}

static uint64_t last_document(MDB_txn *txn)
{
    static const uint8_t sequence[] = {0, 0, 0, 1, 202, 7}; /* data/key.h */
    MDB_val k = {sizeof sequence, (void *)sequence}, v;
    uint64_t last = 0;
    must(mdb_get(txn, dbi, &k, &v), "the number of documents");
    for (size_t i = 0; i < sizeof last && i < v.mv_size; i++) /* then its checksum */
        last = last << 8 | ((const uint8_t *)v.mv_data)[i];
    return last;
}

static double gets(double seconds)
{
    MDB_txn *txn;
    uint8_t key[13] = {0, 0, 0, 1, 7};
    uint64_t n = 0, sum = 0;
    must(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), "begin");
    uint64_t last = last_document(txn);
    double begun = now_s(), took;
    do {
        for (int i = 0; i < 1000; i++, n++) {
            MDB_val k = {sizeof key, key}, v;
            mdb_txn_reset(txn);
            must(mdb_txn_renew(txn), "renew");
            big_endian(key + 5, chance() % last + 1, 8);
            must(mdb_get(txn, dbi, &k, &v), "get");
            sum += ((const uint8_t *)v.mv_data)[v.mv_size / 2];
        }
    } while ((took = now_s() - begun) < seconds);
    mdb_txn_abort(txn);
    return sum ? (double)n / took : 0;
}

static void put(MDB_txn *txn, size_t size)
{
    static uint8_t value[KV_VALUE_MAX];
    uint8_t key[KEY] = {0, 0, 0, 1, 70};
    big_endian(key + 5, chance() % 16, 1);
    big_endian(key + KEY - 8, chance(), 8);
    MDB_val k = {sizeof key, key}, v = {size, value};
    must(mdb_put(txn, dbi, &k, &v, 0), "put");
}

static void prepare(void)
{
    MDB_stat stat;
    must(mdb_env_stat(env, &stat), "stat");
    for (size_t n = stat.ms_entries; n < LEAST_KEYS; n += 20000) {
        MDB_txn *txn;
        must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
        for (int i = 0; i < 20000; i++)
            put(txn, 0);
        must(mdb_txn_commit(txn), "commit");
    }
}

static double commits(double seconds, int keys, size_t value, int writes)
{
    uint64_t n = 0;
    double begun = now_s(), took;
    do {
        MDB_txn *txn;
        must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
        for (int w = 0; w < writes; w++, n++)
            for (int k = 0; k < keys; k++)
                put(txn, k ? 0 : value);
        must(mdb_txn_commit(txn), "commit");
    } while ((took = now_s() - begun) < seconds);
    return (double)n / took;
}

int main(int argc, char **argv)
{
    double rate;
    if (argc == 4 && strcmp(argv[1], "get") == 0) {
        start(argv[2], MDB_RDONLY);
        rate = gets(strtod(argv[3], NULL));
    } else if (argc == 7 && strcmp(argv[1], "commit") == 0 && strtoul(argv[5], NULL, 10) <= KV_VALUE_MAX) {
        seed ^= (uint64_t)time(NULL) << 20;
        mkdir(argv[2], 0700);
        start(argv[2], 0);
        prepare();
        rate = commits(strtod(argv[3], NULL), atoi(argv[4]), strtoul(argv[5], NULL, 10), atoi(argv[6]));
    } else {
        fprintf(
            stderr,
            "usage: store_probe get FOLDER SECONDS | store_probe commit FOLDER SECONDS KEYS VALUE WRITES\n");
        return 2;
    }
    printf("{\"ops_per_s\":%.0f}\n", rate);
    mdb_env_close(env);
    return 0;
}
