#include "bootsim/html_report/page_files.h"

#include <array>

// Named by cmake/EmbedText.cmake after the files.
extern "C" {
extern const char bootsim_page_page_html[], bootsim_page_page_html_end[];
extern const char bootsim_page_page_css[], bootsim_page_page_css_end[];
extern const char bootsim_page_data_js[], bootsim_page_data_js_end[];
extern const char bootsim_page_filter_js[], bootsim_page_filter_js_end[];
extern const char bootsim_page_table_js[], bootsim_page_table_js_end[];
extern const char bootsim_page_time_line_js[], bootsim_page_time_line_js_end[];
extern const char bootsim_page_disk_map_js[], bootsim_page_disk_map_js_end[];
extern const char bootsim_page_main_js[], bootsim_page_main_js_end[];
}

namespace bootsim::html_report {

std::string_view page_template() { return {bootsim_page_page_html, bootsim_page_page_html_end}; }
std::string_view style_sheet() { return {bootsim_page_page_css, bootsim_page_page_css_end}; }

std::string script() {
  const std::array<std::string_view, 6> parts = {{
      {bootsim_page_data_js, bootsim_page_data_js_end},
      {bootsim_page_filter_js, bootsim_page_filter_js_end},
      {bootsim_page_table_js, bootsim_page_table_js_end},
      {bootsim_page_time_line_js, bootsim_page_time_line_js_end},
      {bootsim_page_disk_map_js, bootsim_page_disk_map_js_end},
      {bootsim_page_main_js, bootsim_page_main_js_end},
  }};
  std::string text = "(() => {\n'use strict';\n";
  for (const std::string_view part : parts) text += part;
  return text += "})();\n";
}

}  // namespace bootsim::html_report
