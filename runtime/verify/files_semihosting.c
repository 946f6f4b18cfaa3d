/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of the host through Arm semihosting, as QEMU offers it.
 */
#include "files.h"

#include <string.h>

#include "semihosting.h"

int32_t files_open(const char *name, int write)
{
    uint32_t block[3] = {(uint32_t)(uintptr_t)name, write ? 5u : 1u, (uint32_t)strlen(name)};
    return semihosting(SEMIHOSTING_OPEN, block);
}

int files_read(int32_t file, void *data, uint32_t bytes)
{
    uint32_t block[3] = {(uint32_t)file, (uint32_t)(uintptr_t)data, bytes};
    return semihosting(SEMIHOSTING_READ, block) != 0;
}

int files_write(int32_t file, const void *data, uint32_t bytes)
{
    uint32_t block[3] = {(uint32_t)file, (uint32_t)(uintptr_t)data, bytes};
    return semihosting(SEMIHOSTING_WRITE, block) != 0;
}

void files_close(int32_t file)
{
    uint32_t block[1] = {(uint32_t)file};
    (void)semihosting(SEMIHOSTING_CLOSE, block);
}
