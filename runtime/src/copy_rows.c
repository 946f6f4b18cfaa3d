/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows from one place to another, see copy_rows.h.
 */
#include "weft/copy_rows.h"

#include <string.h>

void weft_copy_rows(const weft_copy_rows_params *p, const weft_step *s)
{
    memmove(s->out[0], s->in[0], p->bytes);
}
