/* SPDX-License-Identifier: Apache-2.0
 *
 * The few file operations that verification needs: stdio on the host, semihosting on a target.
 */
#ifndef WEFT_FILES_H
#define WEFT_FILES_H

#include <stdint.h>

int32_t files_open(const char *name, int write);                 /* a handle, negative on error */
int files_read(int32_t file, void *data, uint32_t bytes);        /* 0 when all bytes came */
int files_write(int32_t file, const void *data, uint32_t bytes); /* 0 when all bytes went */
void files_close(int32_t file);

#endif
