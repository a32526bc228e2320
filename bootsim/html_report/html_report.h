// `bootsim report`: a boot as one HTML page that needs nothing beside it (docs/report.md).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bootsim/arguments.h"
#include "bootsim/run.h"

namespace bootsim {

namespace html_report {
class Recorder;
}

/// Watches one run and makes the page of it. The same image, options and keys give the same bytes.
class HtmlReport {
 public:
  HtmlReport();
  ~HtmlReport();
  HtmlReport(const HtmlReport&) = delete;
  HtmlReport& operator=(const HtmlReport&) = delete;

  /// Joins the hooks `assembled`, `ended` and `kernel_entered`.
  void attach(RunHooks& hooks);
  /// After the run, or when it could not begin. `words` are those of `bootsim run`; `result` has its diagnosis.
  /// `complaint` says what a spec would have had otherwise.
  std::string page(const Arguments& words, const RunOptions& options, const RunResult& result,
                   std::string_view complaint = {}) const;

 private:
  std::unique_ptr<html_report::Recorder> recorder_;
};

}  // namespace bootsim
