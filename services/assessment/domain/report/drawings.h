// The drawings of a report, as inline SVG. Each has a title and a description,
// and says nothing by colour alone.

#pragma once

#include "services/assessment/domain/report/html_writer.h"
#include "services/assessment/domain/report/report_model.h"

namespace pulsetaker::assessment::report {

// The triangle as the report "Transformers" (2008) draws it: the size of each
// corner is its importance in the phase, arrows are the links, with dots where
// they are weak. Besides, a corner is filled up to its level, and an arrow is
// as thick as it is strong. An arrow that is not measured is not drawn.
void DrawTriangle(const TrianglePicture& triangle, HtmlWriter& html);

// The phases over the waves, the latest twelve: a dot for each phase, as large
// as it is probable.
void DrawPath(const PhasePicture& phase, HtmlWriter& html);

// The four layers, the links within them, and those between them.
void DrawLayers(const LayerPicture& layers, HtmlWriter& html);

// Layers by shape and colour, firm roles by letters.
void DrawSociogram(const SociogramPicture& sociogram, HtmlWriter& html);

// What the shapes mean.
void DrawSociogramKey(HtmlWriter& html);

// A bar from 0 to 1 with an interval and a mark, where they are there. Said in
// words beside it, so hidden from screen readers.
struct BarMarks {
  const Range* interval = nullptr;
  const double* chance = nullptr;
};
void DrawBar(double share, BarMarks marks, HtmlWriter& html);

}  // namespace pulsetaker::assessment::report
