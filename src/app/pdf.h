/* pdf.h - the text of a PDF by poppler's pdftotext in a child of bounded time and memory. */
#pragma once

#include "codec/document.h"

/* -ENOENT with a sentence when pdftotext is not installed. */
document_pdf pdf_by_child;
