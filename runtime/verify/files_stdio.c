/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <stdio.h>

static FILE *opened[4];

int32_t files_open(const char *name, int write)
{
    for (int32_t i = 0; i < 4; i++) {
        if (!opened[i]) {
            opened[i] = fopen(name, write ? "wb" : "rb");
            return opened[i] ? i : -1;
        }
    }
    return -1;
}

int files_read(int32_t file, void *data, uint32_t bytes)
{
    return fread(data, 1, bytes, opened[file]) != bytes;
}

int files_write(int32_t file, const void *data, uint32_t bytes)
{
    return fwrite(data, 1, bytes, opened[file]) != bytes;
}

void files_close(int32_t file)
{
    fclose(opened[file]);
    opened[file] = NULL;
}
