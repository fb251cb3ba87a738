//! The window: one tauri command `call`, one event `push`, the tray, and nothing else of tauri for the UI.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::door::LocalDoor;
use api::{Api, Reply};
use cli::{Advance, complain, default_directory, open_api};
use serde_json::Value as Json;
use tauri::ipc::Response;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Builder, Emitter, Manager, State, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use tauri_plugin_notification::NotificationExt;
use types::{Error, Language};
use wire::Door;
use wire::execution::ListExecutions;

/// The label of the main window.
const MAIN: &str = "main";
/// The id of the tray icon.
const TRAY: &str = "tray";

/// Runs an operation for the window.
#[tauri::command]
async fn call(api: State<'_, Api>, operation: String, request: Json) -> Result<Response, ()> {
    let caller = api.caller(Door::Window).await;
    // The answer goes to the page as it was written: a tree of values in between would take as long again for a large one.
    let answer = match api.call_text(&caller, &operation, request.to_string().as_bytes()).await {
        Ok(answer) => answer,
        Err(error) => serde_json::to_vec(&Reply::Error { error }).unwrap_or_default(),
    };
    Ok(Response::new(String::from_utf8(answer).unwrap_or_default()))
}

/// The configuration and the UI's files, embedded once.
fn context() -> tauri::Context<tauri::Wry> {
    tauri::generate_context!()
}

/// Opens the window over a data directory; returns when the program quits.
pub(crate) fn main(data: PathBuf, language: Language) -> ExitCode {
    // On NVIDIA desktops WebKitGTK's DMA-BUF renderer can show a blank window; tauri re-reads the environment only at start,
    // and a process may not change its own environment safely here, so it starts itself again once with the variable set.
    if let Some(code) = restart_without_dmabuf() {
        return code;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&Error::new("CLI-RUNTIME", error.to_string(), error.to_string()), language),
    };
    tauri::async_runtime::set(runtime.handle().clone());
    // Another process may own the directory: then that one's window comes to the front (the single-instance plugin asks it) and
    // this one ends; a command line or `serve` that owns it cannot show a window, and that is said plainly.
    let opened = runtime.block_on(open_api(&data, Advance::Executions));
    let builder = Builder::default()
        .invoke_handler(tauri::generate_handler![call])
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init());
    let builder = builder.setup(move |app| {
        let api = match opened {
            Ok(api) => api,
            Err(error) => {
                refuse_in_window(app.handle(), &error, language);
                return Ok(());
            }
        };
        let door = tauri::async_runtime::block_on(LocalDoor::open(api.clone(), &data))?;
        forward(app.handle(), &api);
        let shown = build_tray(app.handle(), language);
        if shown {
            count_in_tray(app.handle(), &api, language);
        }
        app.manage(api);
        app.manage(door);
        app.manage(Tray { shown, language });
        open_window(app.handle(), &data)?;
        Ok(())
    });
    let app = match builder.build(context()) {
        Ok(app) => app,
        Err(error) => {
            let error = Error::new("WINDOW-OPEN", format!("창을 열 수 없습니다: {error}"), format!("The window cannot open: {error}"))
                .hint("화면이 없는 컴퓨터라면 haetae serve를 쓰세요.", "On a machine without a display use haetae serve.");
            return refuse(&error, language);
        }
    };
    app.run(|app, event| match event {
        tauri::RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api: close, .. }, .. } if label == MAIN => {
            close.prevent_close();
            let tray = app.try_state::<Tray>();
            match tray.filter(|tray| tray.shown) {
                Some(tray) => hide(app, tray.language),
                None => quit(app),
            }
        }
        tauri::RunEvent::Exit => {
            if let Some(api) = app.try_state::<Api>() {
                tauri::async_runtime::block_on(api.host().clone().close());
            }
        }
        _ => {}
    });
    ExitCode::SUCCESS
}

/// Whether the tray icon could be made, and the language of its words.
struct Tray {
    shown: bool,
    language: Language,
}

fn refuse(error: &Error, language: Language) -> ExitCode {
    complain(&error.to_line(language));
    ExitCode::FAILURE
}

/// Shows why the workspace cannot open, then ends: nothing was changed.
fn refuse_in_window(app: &AppHandle, error: &Error, language: Language) {
    let line = error.to_line(language);
    complain(&line);
    let handle = app.clone();
    app.dialog().message(line).title("해태 Haetae").kind(MessageDialogKind::Error).show(move |_| handle.exit(1));
}

fn open_window(app: &AppHandle, data: &Path) -> tauri::Result<()> {
    // Two windows over two data directories can be told apart.
    let name = data.file_name().filter(|_| data != default_directory());
    let title = name.map_or_else(|| "해태 Haetae".to_owned(), |name| format!("해태 Haetae · {}", name.to_string_lossy()));
    let _window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(title)
        .inner_size(1440.0, 900.0)
        .min_inner_size(960.0, 600.0)
        // Files that are dropped on the window come to the page, which imports them.
        .disable_drag_drop_handler()
        .build()?;
    #[cfg(target_os = "linux")]
    paint_without_graphics_card(&_window)?;
    Ok(())
}

/// Where there is no graphics card WebKitGTK would paint through OpenGL in software, which costs many times what painting itself does.
#[cfg(target_os = "linux")]
fn paint_without_graphics_card(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    let devices = std::fs::read_dir("/dev/dri");
    if devices.is_ok_and(|mut devices| {
        devices.any(|device| device.is_ok_and(|device| device.file_name().to_string_lossy().starts_with("render")))
    }) {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Hands everything that the host pushes to the UI.
fn forward(app: &AppHandle, api: &Api) {
    let app = app.clone();
    let mut receiver = api.subscribe();
    tauri::async_runtime::spawn(async move {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            let sent = match receiver.recv().await {
                Ok(push) => app.emit("push", push),
                Err(RecvError::Lagged(_)) => app.emit("push", wire::Push::Changed { tags: vec!["*".to_owned()] }),
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = sent {
                tracing::warn!(%error, "a push did not reach the window");
            }
        }
    });
}

/// Keeps what waits for people beside the tray icon: the window may have been closed for hours.
fn count_in_tray(app: &AppHandle, api: &Api, language: Language) {
    let (app, api) = (app.clone(), api.clone());
    let mut receiver = api.subscribe();
    tauri::async_runtime::spawn(async move {
        use tokio::sync::broadcast::error::RecvError;
        let mut shown = None;
        loop {
            let caller = api.caller(Door::Window).await;
            if let Ok(workspace) = api.run::<wire::operation::WorkspaceShow>(&caller, wire::Nothing {}).await
                && shown.replace(workspace.counts.work) != Some(workspace.counts.work)
                && let Some(tray) = app.tray_by_id(TRAY)
            {
                let (title, tooltip) = tray_words(workspace.counts.work, language);
                // A panel shows the title beside the icon; Windows has no place for it and shows the tooltip.
                if let Err(error) = tray.set_title(Some(title)).and_then(|()| tray.set_tooltip(Some(tooltip))) {
                    tracing::warn!(%error, "the tray icon does not show what waits");
                }
            }
            loop {
                match receiver.recv().await {
                    Ok(wire::Push::Changed { tags }) if tags.iter().any(|tag| ["questions", "workspace", "*"].contains(&tag.as_str())) => {
                        break;
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                }
            }
        }
    });
}

/// What stands beside the tray icon, and what it says when somebody points at it.
fn tray_words(work: u32, language: Language) -> (String, String) {
    if work == 0 {
        return (String::new(), "해태 Haetae".to_owned());
    }
    let waits = match language {
        Language::Ko => format!("해태 Haetae: {work}건이 기다립니다"),
        Language::En => format!("해태 Haetae: {work} waiting"),
    };
    (work.to_string(), waits)
}

fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Hides the window; the executions go on, and that is said.
fn hide(app: &AppHandle, language: Language) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.hide();
    }
    let body = match language {
        Language::Ko => "창은 닫혔지만 실행은 계속됩니다. 트레이 아이콘에서 다시 열거나 끝낼 수 있습니다.",
        Language::En => "The window is closed, executions go on. Open it again or quit from the tray icon.",
    };
    let _ = app.notification().builder().title("해태 Haetae").body(body).show();
}

/// Ends the program; when executions run, asks first and says how many.
fn quit(app: &AppHandle) {
    let Some(api) = app.try_state::<Api>().map(|api| api.inner().clone()) else { return app.exit(0) };
    let language = app.try_state::<Tray>().map_or(Language::En, |tray| tray.language);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let running = ListExecutions { status: Some(vec![types::ExecutionStatus::Running]), limit: Some(10), ..Default::default() };
        let caller = api.caller(Door::Window).await;
        let page = match api.run::<wire::operation::ExecutionList>(&caller, running).await {
            Ok(page) if page.total > 0 => page,
            _ => return app.exit(0),
        };
        let names: Vec<String> =
            page.executions.iter().map(|execution| format!("#{} {}", execution.id, execution.name.get(language))).collect();
        let more = if page.total as usize > names.len() { "\n…" } else { "" };
        let (text, yes, no) = match language {
            Language::Ko => {
                (format!("실행 {}개가 돌고 있습니다. 다시 열면 이어서 합니다.\n\n{}{more}", page.total, names.join("\n")), "끝내기", "취소")
            }
            Language::En => (
                format!("{} executions are running. They go on at the next start.\n\n{}{more}", page.total, names.join("\n")),
                "Quit",
                "Cancel",
            ),
        };
        let handle = app.clone();
        app.dialog().message(text).title("해태 Haetae").buttons(MessageDialogButtons::OkCancelCustom(yes.to_owned(), no.to_owned())).show(
            move |confirmed| {
                if confirmed {
                    handle.exit(0);
                }
            },
        );
    });
}

/// Makes the tray icon; false where the desktop has none, then closing the window quits.
fn build_tray(app: &AppHandle, language: Language) -> bool {
    if !tray_library_exists() {
        return false;
    }
    let (open, quit_word) = match language {
        Language::Ko => ("해태 열기", "끝내기"),
        Language::En => ("Open Haetae", "Quit"),
    };
    let build = || -> tauri::Result<()> {
        let open = MenuItem::with_id(app, "open", open, true, None::<&str>)?;
        let leave = MenuItem::with_id(app, "quit", quit_word, true, None::<&str>)?;
        let mut tray =
            TrayIconBuilder::with_id(TRAY).menu(&Menu::with_items(app, &[&open, &leave])?).on_menu_event(|app, event| {
                match event.id.as_ref() {
                    "open" => show(app),
                    "quit" => quit(app),
                    _ => {}
                }
            });
        if let Some(icon) = app.default_window_icon() {
            tray = tray.icon(icon.clone());
        }
        tray.build(app)?;
        Ok(())
    };
    build().inspect_err(|error| tracing::warn!(%error, "no tray icon")).is_ok()
}

/// On Linux the tray needs libayatana-appindicator (or its elder) at run time, and the binding aborts where it is missing.
fn tray_library_exists() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib", &multiarch];
    let names = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    // Without a session bus the icon would have nowhere to go.
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        && folders.iter().any(|folder| names.iter().any(|name| Path::new(folder).join(name).exists()))
}

/// Starts this program again with `WEBKIT_DISABLE_DMABUF_RENDERER=1` where an NVIDIA driver is loaded and nobody set the variable.
fn restart_without_dmabuf() -> Option<ExitCode> {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if !Path::new("/proc/driver/nvidia/version").exists() || std::env::var_os(VARIABLE).is_some() {
        return None;
    }
    let status =
        std::process::Command::new(std::env::current_exe().ok()?).args(std::env::args_os().skip(1)).env(VARIABLE, "1").status().ok()?;
    Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
