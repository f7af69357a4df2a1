#include "common/late.h"
#include "common/log.h"
#include <dlfcn.h>
#include <string.h>

enum err late_load(const char *library, const char *const *names, size_t n, void *calls)
{
    char quoted[256];
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    const char *why = handle ? NULL : dlerror();
    for (size_t i = 0; !why && i < n; i++)
        why = dlsym(handle, names[i]) ? NULL : dlerror();
    if (why) {
        log_line(LOG_ERROR, "a library can not be loaded", "why=%s", log_quote(quoted, sizeof quoted, why));
        if (handle)
            dlclose(handle);
        return ERR_INTERNAL;
    }
    for (size_t i = 0; i < n;
         i++) { /* a pointer to a function has the size of one to data wherever there is dlsym */
        void *found = dlsym(handle, names[i]);
        memcpy((char *)calls + i * sizeof found, &found, sizeof found);
    }
    return OK;
}
