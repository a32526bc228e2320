#include "ui/panes/calls_actions.h"

#include <fmt/core.h>
#include <imgui.h>

#include "bootsim/suite/call_record.h"
#include "bootsim/suite/record.h"
#include "debugger/call_log.h"
#include "debugger/trace.h"
#include "emu/text.h"
#include "ui/app.h"

namespace ui {
namespace {

namespace views = debugger::views;

std::string registers_words(const emu::Registers& r) {
  return fmt::format("AX {:04X}  BX {:04X}  CX {:04X}  DX {:04X}  SI {:04X}  DI {:04X}  DS {:04X}  ES {:04X}  {}",
                     r.ax(), r.bx(), r.cx(), r.dx(), r.si(), r.di(), r.ds(), r.es(),
                     r.rflags & emu::flag::kCarry ? "CF" : "cf");
}

void break_menu(App& app, const ShownCall& call) {
  const auto item = [&](const char* label, const std::string& text) {
    if (ImGui::MenuItem(label, text.c_str())) app.add_breakpoint(text);
  };
  item("On this function", views::break_on_function(call.ref()));
  app.mark("calls.menu.break.function");
  const std::string alike = views::break_on_alike(call.ref());
  if (alike != views::break_on_function(call.ref())) item("On calls like this", alike);
  if (const auto sectors = views::break_on_sectors(call.ref())) item("On its sectors", *sectors);
  app.mark("calls.menu.break.sectors");
  if (call.number) item("On this very call", fmt::format("call {}", call.number));
  item("At its caller", far_words(call.call.caller));
}

std::string filter_menu(App& app, const ShownCall& call) {
  const bios::Arguments& a = call.described.arguments;
  std::string filter;
  const auto item = [&](const char* label, const std::string& text) {
    if (ImGui::MenuItem(label, text.c_str())) filter = text;
  };
  item("The same function", fmt::format("int == {:02X}h && ah == {:02X}h", call.call.vector, call.described.ax >> 8));
  if (a.drive) item("The same drive", fmt::format("drive == {:02X}h", *a.drive));
  app.mark("calls.menu.same_drive");
  item("The same caller", "caller == " + far_words(call.call.caller));
  if (!call.file.empty()) {
    const std::string file = call.file.substr(0, call.file.rfind('+'));
    item("The same file", fmt::format("file matches \"{}*\"", file));
  }
  if (call.disk) item("Those that failed", "cf");
  return filter;
}

}  // namespace

ShownCall shown_call(const CallRows& rows, CallRows::Id id, const CallSource& source, emu::Nanoseconds now) {
  const views::CallRef ref = rows.call(id, source);
  ShownCall shown{.id = id,
                  .disk = rows.is_disk(id),
                  .ahead = rows.ahead(id, source, now),
                  .number = ref.number,
                  .repeats = 0,
                  .call = ref.call,
                  .described = ref.described,
                  .file = std::string(ref.file),
                  .row = views::call_row(ref)};
  if (const OtherCall* other = rows.other(id, source)) shown.repeats = other->repeats;
  return shown;
}

void go_to_call(App& app, const ShownCall& call) {
  if (call.number) {
    app.select_call(call.number);
    app.travel_to_call(call.number);
  } else {
    app.travel_to(call.call.position);
  }
}

void look_around(App& app, const ShownCall& call, CallColumn column) {
  const bios::Arguments& a = call.described.arguments;
  if (column == CallColumn::kBuffer && a.buffer)
    return app.show(MemoryAt{a.buffer->linear(), views::bytes_moved(call.ref()).value_or(1)});
  app.show(CodeAt{call.call.caller.linear()});
  if (column == CallColumn::kCaller) return;
  if (a.drive && a.lba && debugger::moves_sectors(call.described) && !call.call.hook)
    app.show(SectorAt{*a.drive, *a.lba});
}

MenuAnswer call_menu(App& app, const ShownCall& call, std::size_t selected) {
  MenuAnswer answer;
  const bios::Arguments& a = call.described.arguments;
  if (ImGui::MenuItem("Go to this call", "Enter")) go_to_call(app, call);
  ImGui::Separator();
  if (ImGui::MenuItem("Show the code that called")) app.show(CodeAt{call.call.caller.linear()});
  if (ImGui::MenuItem("Show its buffer in memory", nullptr, false, a.buffer.has_value()))
    app.show(MemoryAt{a.buffer->linear(), views::bytes_moved(call.ref()).value_or(1)});
  if (ImGui::MenuItem("Show its sectors on the disk map", nullptr, false, a.drive && a.lba && !call.call.hook))
    app.show(SectorAt{*a.drive, *a.lba});
  ImGui::Separator();
  const bool stops = ImGui::BeginMenu("Break");
  app.mark("calls.menu.break");
  if (stops) {
    break_menu(app, call);
    ImGui::EndMenu();
  }
  const bool only = ImGui::BeginMenu("Show only");
  app.mark("calls.menu.only");
  if (only) {
    answer.filter = filter_menu(app, call);
    ImGui::EndMenu();
  }
  ImGui::Separator();
  const std::string what = selected > 1 ? fmt::format("{} calls", selected) : "this call";
  if (ImGui::MenuItem(fmt::format("Copy {} as text", what).c_str(), "Ctrl+C")) answer.copy = CallCopy::kText;
  app.mark("calls.menu.copy");
  if (ImGui::MenuItem(fmt::format("Copy {} as spec", what).c_str(), "Ctrl+Shift+C")) answer.copy = CallCopy::kSpec;
  app.mark("calls.menu.spec");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Lines for `calls:` of a boot spec: see docs/specs.md");
  return answer;
}

void call_tool_tip(App& app, const ShownCall& call) {
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(debugger::call_words(call.described).c_str());
  ImGui::PushFont(app.theme().mono);
  ImGui::Text("in   %s", registers_words(call.call.in).c_str());
  if (call.call.finished) ImGui::Text("out  %s", registers_words(call.call.out).c_str());
  ImGui::PopFont();
  const ImVec4 faint = app.theme().palette().faint;
  if (call.call.finished)
    ImGui::TextColored(faint, "%s, took %s", call.row.result.c_str(),
                       debugger::format_trace_time(call.call.end - call.call.begin).c_str());
  if (call.repeats) ImGui::TextColored(faint, "and %llu more like it", static_cast<unsigned long long>(call.repeats));
  if (!call.file.empty()) ImGui::TextUnformatted(call.file.c_str());
  ImGui::EndTooltip();
}

std::string calls_as_spec(std::string_view json_lines) {
  std::string text = "calls:\n  in-order:\n";
  for (const bootsim::CallRecord& record : bootsim::read_trace(json_lines, "the calls").calls)
    text += fmt::format("    - {}\n", bootsim::spec_call(record, true));
  return text;
}

}  // namespace ui
