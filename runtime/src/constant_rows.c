/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a constant in flash, see constant_rows.h.
 */
#include "weft/constant_rows.h"

#include <string.h>

void weft_constant_rows(const weft_constant_rows_params *p, const weft_step *s)
{
    const int8_t *data = p->data;
    memcpy(s->out[0], data + (size_t)s->index * p->bytes, p->bytes);
}
