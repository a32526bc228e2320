; The BIOS ROM at F0000h-FFFFFh: the code that guest software reaches. Nearly everything is answered by the host; this
; folder holds what must be guest code: the stubs that interrupt vectors point to, hardware interrupts (which call other
; interrupts), the loops in which the BIOS waits, and the tables that software finds at fixed addresses.
;
; A trap is a 32-bit OUT to a port below 100h, which no device decodes. Its number is the interrupt vector, or one of:
%define TRAP_POST         0xF0          ; power-on self test
%define TRAP_BOOT_STEP    0xF1          ; the boot loop decides what to do next
%define TRAP_WAIT_POLL    0xF2          ; is the pending wait over?
%define TRAP_PCI32        0xF3          ; PCI BIOS called through BIOS32
%define TRAP_OPTION_ROM   0xF4          ; the next option ROM
%define TRAP_APM          0xF5          ; APM called through its protected-mode interface
;
; Labels become constants in C++ (cmake/embed_rom.cmake): boot_step is bios::rom::kBootStep.

bits 16
cpu 386
org 0
[map symbols rom.map]

; Fixed addresses: software of the 1980s jumps to them, and later BIOSes kept them (SeaBIOS does too).
%macro fixed 1
  times %1 - ($ - $$) db 0xFF
%endmacro

; ---------------------------------------------------------------------------------------------------------------------
; Page 0 holds data only: the host writes wait_flag while the machine runs, and a page with code would be translated anew.
rom_name:           db "bootsim BIOS", 0

fixed 0x0020
wait_flag:          db 0                ; 0 answered, 1 halt until an interrupt, 2 let interrupts in and ask again

; BIOS32 service directory (Standard BIOS 32-bit Service Directory Proposal 0.4); the host puts the checksum in.
fixed 0x0100
bios32_header:      db "_32_"
                    dd 0xF0000 + bios32_entry
                    db 0                ; revision
                    db 1                ; length in paragraphs
bios32_checksum:    db 0
                    times 5 db 0

; Plug and Play installation check structure (Plug and Play BIOS 1.0A, 4.4).
fixed 0x0120
pnp_header:         db "$PnP"
                    db 0x10             ; version 1.0
                    db pnp_header_end - pnp_header
                    dw 0                ; control: events are not supported
pnp_checksum:       db 0
                    dd 0                ; event notification flag
                    dw pnp_real_entry, 0xF000
                    dw pnp_protected_entry
                    dd 0xF0000
                    dd 0                ; OEM device identifier
                    dw 0xF000
                    dd 0xF0000
pnp_header_end:

fixed 0x0180
acpi_rsdp:          times 36 db 0       ; tables_acpi.cpp
fixed 0x01C0
smbios_anchor:      times 31 db 0       ; tables_smbios.cpp
smbios_anchor_end:

fixed 0x0200
boot_text:          times 0x600 db 0    ; what print_boot_text prints, ended by a zero byte
boot_text_end:

fixed 0x4000
smbios_tables:      times 0x1000 db 0     ; filled by the host when it maps the ROM
smbios_tables_end:

; ---------------------------------------------------------------------------------------------------------------------
fixed 0x6000

; A vector's stub. The host answers at the OUT and changes the caller's FLAGS on the stack, so IRET gives them. CLI, because
; a hook that chains by `pushf; call far` comes with interrupts enabled, and an interrupt's BIOS calls change wait_flag.
%macro stub 1
  cli
  out %1, eax
  cmp byte [cs:wait_flag], 0
  jne wait_loop
  iret
%endmacro

wait_loop:
  cmp byte [cs:wait_flag], 2
  je .timed
  sti
  hlt                                   ; STI lets nothing in before HLT: no wake-up is lost
  jmp .again
.timed:
  sti
  nop                                   ; the host has moved the clock: what is due interrupts here
  jmp .again
.again:
  cli
  out TRAP_WAIT_POLL, eax
  cmp byte [cs:wait_flag], 0
  jne wait_loop
  iret

%include "boot.inc"
%include "hardware_interrupts.inc"
%include "called_interfaces.inc"
%include "fixed_addresses.inc"
