#include "ui/theme.h"

#include <imgui_freetype.h>

#include "ui/fonts.h"

namespace ui {
namespace {

ImVec4 rgb(unsigned hex, float alpha = 1) {
  return {static_cast<float>(hex >> 16 & 0xFF) / 255, static_cast<float>(hex >> 8 & 0xFF) / 255,
          static_cast<float>(hex & 0xFF) / 255, alpha};
}

Palette dark_palette() {
  return {.background = rgb(0x14171C),
          .panel = rgb(0x1B1F26),
          .text = rgb(0xE3E6EB),
          .faint = rgb(0x8F98A8),
          .line = rgb(0x2E3540),
          .accent = rgb(0x4C9AFF),
          .accent_soft = rgb(0x4C9AFF, 0.24F),
          .good = rgb(0x3FB68B),
          .bad = rgb(0xF2706A),
          .warning = rgb(0xE8A33D),
          .changed = rgb(0xFFC857),
          .ahead = rgb(0x667080),
          .stripe = rgb(0xFFFFFF, 0.025F),
          .kinds = {rgb(0xE69F00), rgb(0x56B4E9), rgb(0x009E73), rgb(0xF0E442), rgb(0x3B8FD6), rgb(0xD55E00),
                    rgb(0xCC79A7), rgb(0xA0A0A0)}};
}

Palette light_palette() {
  return {.background = rgb(0xEEF0F4),
          .panel = rgb(0xFFFFFF),
          .text = rgb(0x1C2128),
          .faint = rgb(0x5F6877),
          .line = rgb(0xD3D8E0),
          .accent = rgb(0x1F6FEB),
          .accent_soft = rgb(0x1F6FEB, 0.16F),
          .good = rgb(0x18794E),
          .bad = rgb(0xC6302B),
          .warning = rgb(0x9A6300),
          .changed = rgb(0xB25E00),
          .ahead = rgb(0x9AA2AF),
          .stripe = rgb(0x000000, 0.022F),
          .kinds = {rgb(0xD18F00), rgb(0x3A9BD6), rgb(0x008A63), rgb(0xBFAE00), rgb(0x0072B2), rgb(0xC65300),
                    rgb(0xB95F92), rgb(0x808080)}};
}

/// Letters, punctuation, arrows, box drawing and blocks (code page 437's screens), marks.
constexpr ImWchar kGlyphs[] = {0x20,   0x24F,  0x370,  0x3FF,  0x2010, 0x2044, 0x207F, 0x207F,
                               0x20A7, 0x20A7, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x2302, 0x2321,
                               0x2500, 0x25FF, 0x263A, 0x266B, 0x2713, 0x2717, 0};

ImFont* load(const unsigned char* begin, const unsigned char* end, float pixels) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
  // ImGui takes data that it does not own as writable, and leaves it alone.
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(begin), static_cast<int>(end - begin),
                                                    pixels, &config, kGlyphs);
}

}  // namespace

void Theme::load_fonts(float scale) {
  scale_ = scale;
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  sans = load(bootsim_font_sans, bootsim_font_sans_end, px(16));
  strong = load(bootsim_font_strong, bootsim_font_strong_end, px(16));
  mono = load(bootsim_font_mono, bootsim_font_mono_end, px(15));
  large = load(bootsim_font_strong, bootsim_font_strong_end, px(24));
}

void Theme::apply(bool dark) {
  dark_ = dark;
  palette_ = dark ? dark_palette() : light_palette();
  const Palette& p = palette_;
  ImGuiStyle style;
  if (dark) {
    ImGui::StyleColorsDark(&style);
  } else {
    ImGui::StyleColorsLight(&style);
  }
  style.WindowPadding = {10, 8};
  style.FramePadding = {9, 5};
  style.CellPadding = {6, 2};
  style.ItemSpacing = {8, 5};
  style.ItemInnerSpacing = {6, 4};
  style.ScrollbarSize = 13;
  style.WindowRounding = style.ChildRounding = style.PopupRounding = 6;
  style.FrameRounding = style.GrabRounding = style.TabRounding = style.ScrollbarRounding = 4;
  style.WindowBorderSize = style.PopupBorderSize = 1;
  style.ChildBorderSize = style.FrameBorderSize = style.TabBorderSize = 0;
  style.ScaleAllSizes(scale_);
  const ImVec4 raised = dark ? rgb(0x2A303A) : rgb(0xE4E8EE), hovered = dark ? rgb(0x353D4A) : rgb(0xD7DDE6),
               none = rgb(0, 0);
  ImVec4* c = style.Colors;
  c[ImGuiCol_Text] = p.text;
  c[ImGuiCol_TextDisabled] = p.faint;
  c[ImGuiCol_WindowBg] = p.background;
  c[ImGuiCol_ChildBg] = none;
  c[ImGuiCol_PopupBg] = p.panel;
  c[ImGuiCol_Border] = c[ImGuiCol_Separator] = p.line;
  c[ImGuiCol_FrameBg] = raised;
  c[ImGuiCol_FrameBgHovered] = c[ImGuiCol_FrameBgActive] = hovered;
  c[ImGuiCol_Button] = raised;
  c[ImGuiCol_ButtonHovered] = hovered;
  c[ImGuiCol_ButtonActive] = p.accent_soft;
  c[ImGuiCol_Header] = p.accent_soft;
  c[ImGuiCol_HeaderHovered] = c[ImGuiCol_HeaderActive] = p.accent_soft;
  c[ImGuiCol_Tab] = c[ImGuiCol_TabUnfocused] = none;
  c[ImGuiCol_TabHovered] = hovered;
  c[ImGuiCol_TabActive] = c[ImGuiCol_TabUnfocusedActive] = raised;
  c[ImGuiCol_CheckMark] = c[ImGuiCol_SliderGrab] = c[ImGuiCol_SliderGrabActive] = c[ImGuiCol_NavHighlight] = p.accent;
  c[ImGuiCol_SeparatorHovered] = c[ImGuiCol_SeparatorActive] = p.accent;
  c[ImGuiCol_TableHeaderBg] = raised;
  c[ImGuiCol_TableBorderLight] = c[ImGuiCol_TableBorderStrong] = p.line;
  c[ImGuiCol_TableRowBg] = none;
  c[ImGuiCol_TableRowBgAlt] = p.stripe;
  c[ImGuiCol_TextSelectedBg] = p.accent_soft;
  c[ImGuiCol_TitleBg] = c[ImGuiCol_TitleBgActive] = c[ImGuiCol_TitleBgCollapsed] = raised;
  c[ImGuiCol_ScrollbarBg] = none;
  c[ImGuiCol_ModalWindowDimBg] = rgb(0x000000, 0.45F);
  ImGui::GetStyle() = style;
}

void text_coloured(const ImVec4& colour, const char* begin, const char* end) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(begin, end);
  ImGui::PopStyleColor();
}

ImU32 packed(const ImVec4& colour, float alpha) {
  return ImGui::ColorConvertFloat4ToU32({colour.x, colour.y, colour.z, colour.w * alpha});
}

}  // namespace ui
