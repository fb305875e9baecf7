//! The admin listener.

use std::{io, net::SocketAddr};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    get,
    http::header::{CONTENT_DISPOSITION, HOST},
    web,
};
use betstream_web::{
    access::is_loopback_name,
    error::{ApiError, ApiResult, kinds},
    request::Params,
};
use tokio::task::JoinHandle;

use super::{cpu, heap};

/// How long is looked when nobody says, in seconds: as long as `go tool pprof` expects.
const USUAL_CPU: u32 = 30;
/// Long enough for every kind of work to have come by.
const USUAL_HEAP: u32 = 10;
/// The longest look.
const LONGEST: u32 = 300;

/// The admin listener, served.
pub(crate) struct AdminServer {
    handle: ServerHandle,
    running: JoinHandle<io::Result<()>>,
}

impl AdminServer {
    /// Serves profiles on `address` from now on.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub(crate) fn start(address: SocketAddr) -> io::Result<Self> {
        let near = address.ip().is_loopback();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(Near(near)))
                .service(cpu_profile)
                .service(heap_profile)
                .default_service(web::to(nothing))
        });
        let server = server.workers(1).disable_signals().shutdown_timeout(1);
        let bound = server.bind(address)?;
        for address in bound.addrs() {
            tracing::info!(profiling = %address, "profiles at http://{address}/debug/pprof/profile and …/heap");
        }
        let server = bound.run();
        Ok(Self {
            handle: server.handle(),
            running: tokio::spawn(server),
        })
    }

    /// Takes no more; whoever waits for a profile is left.
    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
        let _ended = self.running.await;
    }
}

/// Whether only this machine can ask.
struct Near(bool);

#[get("/debug/pprof/profile")]
async fn cpu_profile(request: HttpRequest, params: Params, near: web::Data<Near>) -> ApiResult {
    check_host(&request, &near)?;
    let seconds = params.number("seconds", 1, LONGEST)?;
    let profile = cpu::profile(seconds.unwrap_or(USUAL_CPU)).await?;
    Ok(answer("profile", profile))
}

#[get("/debug/pprof/heap")]
async fn heap_profile(request: HttpRequest, params: Params, near: web::Data<Near>) -> ApiResult {
    check_host(&request, &near)?;
    let seconds = params.number("seconds", 1, LONGEST)?;
    let profile = heap::profile(seconds.unwrap_or(USUAL_HEAP)).await?;
    Ok(answer("heap", profile))
}

async fn nothing(request: HttpRequest) -> ApiResult {
    Err(ApiError::not_found(format!(
        "there is nothing at {}; there are /debug/pprof/profile and /debug/pprof/heap",
        request.path()
    )))
}

/// No page of another site asks this machine under a name of its own.
fn check_host(request: &HttpRequest, near: &Near) -> Result<(), ApiError> {
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    if near.0 && !is_loopback_name(host) {
        let detail = format!("profiles are told under a name of this machine, not {host:?}");
        return Err(ApiError::new(&kinds::FORBIDDEN_HOST, detail));
    }
    Ok(())
}

fn answer(name: &str, profile: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.pb.gz\""),
        ))
        .body(profile)
}
