#include "common/late.h"
#include "common/log.h"
#include <dlfcn.h>
#include <string.h>

enum err late_load(const char *library, const char *const *names, size_t n, void *calls)
{
    char quoted[256];
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < n; i++) {
        void *found = dlsym(handle, names[i]);
        if (!found)
            handle = NULL;
        else /* a pointer to a function has the size of one to data wherever there is dlsym */
            memcpy((char *)calls + i * sizeof found, &found, sizeof found);
    }
    if (handle)
        return OK;
    const char *why = dlerror();
    log_line(LOG_ERROR, "a library can not be loaded", "why=%s",
             log_quote(quoted, sizeof quoted, why ? why : library));
    return ERR_INTERNAL;
}
