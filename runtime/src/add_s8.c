/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of int8 rows, see add_rows.h.
 */
#include "weft/add_rows.h"

void weft_add_s8(const weft_add_s8_params *p, const weft_step *s)
{
    weft_add_rows(p, s, 0);
}
