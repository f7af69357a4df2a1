/* The smallest harness that names what failed: CHECK goes on counting, the program's exit code tells. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H
#include <stdio.h>
#include <string.h>

static int test_failed, test_passed;

#define CHECK(condition)                                                                            \
    do {                                                                                            \
        if (condition) {                                                                            \
            test_passed++;                                                                          \
        } else {                                                                                    \
            test_failed++;                                                                          \
            fprintf(stderr, "%s:%d: %s: not true: %s\n", __FILE__, __LINE__, __func__, #condition); \
        }                                                                                           \
    } while (0)
#define CHECK_INT(got, want)                                                                            \
    do {                                                                                                \
        long long got_ = (long long)(got), want_ = (long long)(want);                                   \
        if (got_ == want_) {                                                                            \
            test_passed++;                                                                              \
        } else {                                                                                        \
            test_failed++;                                                                              \
            fprintf(stderr, "%s:%d: %s: %s is %lld, wanted %lld\n", __FILE__, __LINE__, __func__, #got, \
                    got_, want_);                                                                       \
        }                                                                                               \
    } while (0)
#define CHECK_TEXT(got, want)                                                                               \
    do {                                                                                                    \
        const char *got_ = (got), *want_ = (want);                                                          \
        if (got_ && strcmp(got_, want_) == 0) {                                                             \
            test_passed++;                                                                                  \
        } else {                                                                                            \
            test_failed++;                                                                                  \
            fprintf(stderr, "%s:%d: %s: %s is \"%s\", wanted \"%s\"\n", __FILE__, __LINE__, __func__, #got, \
                    got_ ? got_ : "(null)", want_);                                                         \
        }                                                                                                   \
    } while (0)
/* Ends main: one line that a runner can read, and the exit code. */
static inline int test_end(void)
{
    printf("%d passed, %d failed\n", test_passed, test_failed);
    return test_failed ? 1 : 0;
}
#endif
