// The page's files, as they lie in bootsim/html_report/page/ (cmake/EmbedText.cmake puts them into the program).
#pragma once

#include <string>
#include <string_view>

namespace bootsim::html_report {

std::string_view page_template();  ///< page.html; {{NAME}} stands for what the report fills in
std::string_view style_sheet();    ///< page.css
std::string script();              ///< the .js files, as one function

}  // namespace bootsim::html_report
