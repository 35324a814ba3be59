/* What a program sees at PATH, and below it: what stands at INSTEAD. For a program that has
   this library loaded before its others (LD_PRELOAD). With LOADING_ALONE only what it loads as
   a library is another: what it reads of the file, and who owns it, stays as it is. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *seen(const char *path, char *room)
{
    size_t length = sizeof PATH - 1;
    if (!path || strncmp(path, PATH, length) || (path[length] && path[length] != '/'))
        return path;
    snprintf(room, PATH_MAX, "%s%s", INSTEAD, path + length);
    return room;
}

#define SEEN(type, name, parameters, arguments) \
    type name parameters \
    { \
        char room[PATH_MAX]; \
        path = seen(path, room); \
        return ((__typeof__(&name))dlsym(RTLD_NEXT, #name)) arguments; \
    }

SEEN(void *, dlopen, (const char *path, int mode), (path, mode))

#ifndef LOADING_ALONE
SEEN(int, access, (const char *path, int mode), (path, mode))
SEEN(DIR *, opendir, (const char *path), (path))
SEEN(FILE *, fopen, (const char *path, const char *mode), (path, mode))
SEEN(FILE *, fopen64, (const char *path, const char *mode), (path, mode))
SEEN(int, stat, (const char *path, struct stat *told), (path, told))
SEEN(int, stat64, (const char *path, struct stat64 *told), (path, told))
SEEN(int, lstat, (const char *path, struct stat *told), (path, told))
SEEN(int, lstat64, (const char *path, struct stat64 *told), (path, told))
SEEN(int, fstatat64, (int at, const char *path, struct stat64 *told, int flags),
     (at, path, told, flags))
SEEN(int, statx, (int at, const char *path, int flags, unsigned int mask, struct statx *told),
     (at, path, flags, mask, told))

/* The mode is there only where a file may be made; what is handed on beside is not looked at. */
#define OPENED(name) \
    int name(const char *path, int flags, ...) \
    { \
        char room[PATH_MAX]; \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = va_arg(rest, mode_t); \
        va_end(rest); \
        return ((__typeof__(&name))dlsym(RTLD_NEXT, #name))(seen(path, room), flags, mode); \
    }

OPENED(open)
OPENED(open64)
#endif
