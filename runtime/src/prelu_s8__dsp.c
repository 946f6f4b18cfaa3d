/* SPDX-License-Identifier: Apache-2.0
 *
 * Linear units with as many slopes as elements, by the DSP extension, see
 * prelu_words.h.
 */
#include "weft/prelu_words.h"

void weft_prelu_s8__dsp(const weft_prelu_s8__dsp_params *p, const weft_step *s)
{
    const weft_prelu_numbers n = weft_prelu_numbers_of(p);
    weft_by_rows(weft_prelu_words, &n, &p->rows, s);
}
