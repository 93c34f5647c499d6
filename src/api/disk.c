#include "api/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool disk_open(const char *path, struct disk_file *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0)
        return false;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return false;
    }
    *ret = (struct disk_file){
        .fd = fd,
        .size = (uint64_t)st.st_size,
        .mark = (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec,
    };
    return true;
}
